#!/usr/bin/gjs -m
// What a clinical application does, in JavaScript: it knows who is signed in at this desk and in which role, shows
// patients' data only then, and takes it away at once. No passcode comes near it.
//
// Needs Debian's gjs, and nothing from npm. Looks on the system bus, or on the bus at the given address.
//     gjs -m application.js [--sign-in] [--role ORGANISATION] [ADDRESS]
// --sign-in asks the holder of the card when nobody is signed in; --role chooses among several roles.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

const NAME = 'org.lanyard.Lanyard1';
const ROOT = '/org/lanyard/Lanyard1';

Gio._promisify(Gio.DBusConnection.prototype, 'call', 'call_finish');

/// What this application shows.
class Desk {
    constructor(bus, signIn, organisation) {
        this.bus = bus;
        this.signIn = signIn;
        this.organisation = organisation;
        this.session = null;
        this.request = null;
        this.question = 0;
        // Listen first, then look: whatever happens between is told.
        bus.signal_subscribe(NAME, null, null, null, null, Gio.DBusSignalFlags.NONE,
            (_bus, _sender, path, _interface, member, body) => this.heard(path, member, body.recursiveUnpack()));
        // Says at once whether somebody has the name, and then each change.
        Gio.bus_watch_name_on_connection(bus, NAME, Gio.BusNameWatcherFlags.NONE,
            () => this.tell(this.serviceCame()), () => this.serviceWent());
    }

    async call(path, interfaceName, method, parameters = null) {
        const answer = await this.bus.call(NAME, path, interfaceName, method, parameters, null,
            Gio.DBusCallFlags.NONE, -1, null);
        return answer.recursiveUnpack();
    }

    /// Lets work go on by itself. What could not be done is said: the session may have ended meanwhile.
    tell(work) {
        work.catch(error => print(`not done: ${Gio.DBusError.get_remote_error(error) ?? error}`));
    }

    async serviceCame() {
        print('the service is there');
        await this.call(ROOT, `${NAME}.Manager`, 'Subscribe');
        try {
            const [session] = await this.call(ROOT, `${NAME}.Manager`, 'CurrentSession');
            await this.follow(session);
        } catch (error) {
            if (Gio.DBusError.get_remote_error(error) !== `${NAME}.Error.NoSession`)
                throw error;
            print('nobody is signed in');
            if (this.signIn)
                await this.authenticate();
        }
    }

    /// Sessions and requests are kept nowhere: they end with the service, however it ends.
    serviceWent() {
        this.request = null;
        if (this.session !== null)
            this.ended('the service has gone');
        print('the service is not there');
    }

    heard(path, member, body) {
        switch (member) {
        case 'SessionStarted':
            this.tell(this.follow(body[0]));
            break;
        case 'SessionEnded':
            if (body[0] === this.session)
                this.ended(body[1]);
            break;
        case 'StateChanged':
            if (path === this.session && body[0] !== 'active')
                print('hidden');
            // Falls through: the rest is asked for.
        case 'RoleSelected':
        case 'RolesOffered':
            if (path === this.session)
                this.tell(this.describe(path));
            break;
        case 'Completed':
            if (path === this.request)
                this.signedIn(...body);
            break;
        }
    }

    /// Nothing of hers may be seen any more, whatever else is under way.
    ended(reason) {
        this.session = null;
        this.question += 1;
        print(`ended: ${reason}`);
    }

    async follow(session) {
        if (session === this.session)
            return;
        this.session = session;
        await this.describe(session);
    }

    async describe(session) {
        this.question += 1;
        const question = this.question;
        const [told] = await this.call(session, `${NAME}.Session`, 'Describe');
        // Only the answer to the last question counts.
        if (question === this.question)
            await this.show(session, told);
    }

    async show(session, told) {
        if (told.state === 'active') {
            const where = told.role['organisation-name'] ?? told.role.organisation;
            print(`active: ${told.uuid} as ${told.role.name} at ${where}`);
            print(`may: ${told.activities.join(' ')}`);
            told.notices.forEach(notice => print(`notice: ${notice}`));
            return;
        }
        print(`${told.state}: ${told.uuid}, ${told.roles.length} roles`);
        const fitting = told.roles.filter(role => role.organisation === this.organisation);
        if (told.state === 'choosing-role' && fitting.length === 1) {
            const role = new GLib.Variant('(s)', [fitting[0].id]);
            await this.call(session, `${NAME}.Session`, 'SelectRole', role);
        }
    }

    /// A person takes longer than a call may: a request comes back at once, and tells later how it ended.
    async authenticate() {
        const parameters = new GLib.Variant('(oa{sv})', ['/', {}]);
        const [request] = await this.call(ROOT, `${NAME}.Manager`, 'Authenticate', parameters);
        this.request = request;
        // It may have ended before we knew its path, and the signal comes once.
        const [now] = await this.call(request, 'org.freedesktop.DBus.Properties', 'GetAll',
            new GLib.Variant('(s)', [`${NAME}.Request`]));
        if (now.Outcome !== '' && request === this.request)
            this.signedIn(now.Outcome, now.Details);
    }

    signedIn(outcome, details) {
        this.request = null;
        print(`sign-in: ${outcome}: ${details.message ?? ''}`);
        if (outcome !== 'ok' && 'tries-left' in details)
            print(`tries left: ${details['tries-left']}`);
    }
}

function connect(address) {
    if (address === undefined)
        return Gio.bus_get_sync(Gio.BusType.SYSTEM, null);
    const flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION;
    return Gio.DBusConnection.new_for_address_sync(address, flags, null, null);
}

const words = [...System.programArgs];
let signIn = false;
let organisation = null;
while (words.length > 0 && words[0].startsWith('--')) {
    const option = words.shift();
    if (option === '--sign-in')
        signIn = true;
    else if (option === '--role')
        organisation = words.shift();
    else
        throw new Error(`${option} is not known`);
}

const bus = connect(words[0]);
const loop = new GLib.MainLoop(null, false);
bus.connect('closed', () => loop.quit());
const _desk = new Desk(bus, signIn, organisation);
loop.run();
