/*
 * What a clinical application does, in C: it knows who is signed in at this desk and in which role, shows patients'
 * data only then, and takes it away at once. No passcode comes near it.
 *
 * Needs Debian's libsystemd-dev. Looks on the system bus, or on the bus at the given address.
 *     cc application.c $(pkg-config --cflags --libs libsystemd) -o application
 *     ./application [--sign-in] [--role ORGANISATION] [ADDRESS]
 * --sign-in asks the holder of the card when nobody is signed in; --role chooses among several roles.
 */

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#define NAME "org.lanyard.Lanyard1"
#define ROOT "/org/lanyard/Lanyard1"
#define DBUS "org.freedesktop.DBus"

/* What this application knows and shows. */
struct desk {
    sd_bus *bus;
    bool sign_in;
    const char *organisation;
    char *owner;               /* of the service's name, NULL while there is none */
    char *session;             /* its path, NULL while nobody is signed in */
    char *request;             /* its path, while somebody is asked */
    sd_bus_slot *question;     /* the last Describe; without it no answer comes any more */
};

struct outcome {
    const char *word, *message;
    int tries_left;            /* -1 when nobody knows */
};

struct role {
    const char *id, *organisation, *organisation_name, *name;
};

static void describe(struct desk *desk);

/* What cannot be done on a bus that works ends this small program. */
static int must(int result, const char *what) {
    if (result < 0) {
        fprintf(stderr, "%s: %s\n", what, strerror(-result));
        exit(EXIT_FAILURE);
    }
    return result;
}

static void say(const char *line) {
    puts(line);
    fflush(stdout);
}

static void replace(char **kept, const char *text) {
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy)
        must(-ENOMEM, "remembering");
    free(*kept);
    *kept = copy;
}

static bool is(const char *text, const char *other) {
    return text && other && strcmp(text, other) == 0;
}

/* Whether an answer is an error, which is said: the session may have ended meanwhile. */
static bool failed(sd_bus_message *answer) {
    const sd_bus_error *error = sd_bus_message_get_error(answer);
    if (error) {
        printf("not done: %s\n", error->name);
        fflush(stdout);
    }
    return error != NULL;
}

/* Nothing of hers may be seen any more, whatever else is under way. */
static void ended(struct desk *desk, const char *reason) {
    replace(&desk->session, NULL);
    desk->question = sd_bus_slot_unref(desk->question);
    printf("ended: %s\n", reason);
    fflush(stdout);
}

static void follow(struct desk *desk, const char *session) {
    if (is(desk->session, session))
        return;
    replace(&desk->session, session);
    describe(desk);
}

/* Reads one role: 0 when there is none any more. */
static int read_role(sd_bus_message *answer, struct role *role) {
    *role = (struct role){0};
    if (must(sd_bus_message_enter_container(answer, 'a', "{sv}"), "a role") == 0)
        return 0;
    while (must(sd_bus_message_enter_container(answer, 'e', "sv"), "a role") > 0) {
        const char *key, **value = NULL;
        must(sd_bus_message_read(answer, "s", &key), "a role");
        if (is(key, "id"))
            value = &role->id;
        else if (is(key, "organisation"))
            value = &role->organisation;
        else if (is(key, "organisation-name"))
            value = &role->organisation_name;
        else if (is(key, "name"))
            value = &role->name;
        if (value)
            must(sd_bus_message_read(answer, "v", "s", value), "a role");
        else
            must(sd_bus_message_skip(answer, "v"), "a role");
        must(sd_bus_message_exit_container(answer), "a role");
    }
    must(sd_bus_message_exit_container(answer), "a role");
    return 1;
}

/* Reads the roles that can be chosen: how many there are, and which one is at the wanted organisation. */
static int read_roles(sd_bus_message *answer, const char *organisation, struct role *wanted) {
    struct role role;
    int count = 0, fitting = 0;
    must(sd_bus_message_enter_container(answer, 'v', "aa{sv}"), "the roles");
    must(sd_bus_message_enter_container(answer, 'a', "a{sv}"), "the roles");
    for (; read_role(answer, &role) > 0; count++)
        if (is(role.organisation, organisation) && ++fitting == 1)
            *wanted = role;
    must(sd_bus_message_exit_container(answer), "the roles");
    must(sd_bus_message_exit_container(answer), "the roles");
    if (fitting != 1)
        *wanted = (struct role){0};
    return count;
}

static char **read_strings(sd_bus_message *answer) {
    char **strings = NULL;
    must(sd_bus_message_enter_container(answer, 'v', "as"), "strings");
    must(sd_bus_message_read_strv(answer, &strings), "strings");
    must(sd_bus_message_exit_container(answer), "strings");
    return strings;
}

static void print_strings(const char *head, char **strings, const char *between) {
    for (char **string = strings; string && *string; string++)
        printf("%s%s%s", string == strings ? head : between, *string, string[1] ? "" : "\n");
}

static void free_strings(char **strings) {
    for (char **string = strings; string && *string; string++)
        free(*string);
    free(strings);
}

static int selected(sd_bus_message *answer, void *data, sd_bus_error *error) {
    (void)data, (void)error;
    failed(answer);
    return 0;
}

static int described(sd_bus_message *answer, void *data, sd_bus_error *error) {
    struct desk *desk = data;
    const char *key, *state = "", *uuid = "";
    struct role role = {0}, wanted = {0};
    char **activities = NULL, **notices = NULL;
    int roles = 0;
    (void)error;
    if (failed(answer))
        return 0;
    must(sd_bus_message_enter_container(answer, 'a', "{sv}"), "a description");
    while (must(sd_bus_message_enter_container(answer, 'e', "sv"), "a description") > 0) {
        must(sd_bus_message_read(answer, "s", &key), "a description");
        if (is(key, "state")) {
            must(sd_bus_message_read(answer, "v", "s", &state), "a description");
        } else if (is(key, "uuid")) {
            must(sd_bus_message_read(answer, "v", "s", &uuid), "a description");
        } else if (is(key, "role")) {
            must(sd_bus_message_enter_container(answer, 'v', "a{sv}"), "a description");
            read_role(answer, &role);
            must(sd_bus_message_exit_container(answer), "a description");
        } else if (is(key, "roles")) {
            roles = read_roles(answer, desk->organisation, &wanted);
        } else if (is(key, "activities")) {
            activities = read_strings(answer);
        } else if (is(key, "notices")) {
            notices = read_strings(answer);
        } else {
            must(sd_bus_message_skip(answer, "v"), "a description");   /* more keys may come */
        }
        must(sd_bus_message_exit_container(answer), "a description");
    }
    if (is(state, "active")) {
        printf("active: %s as %s at %s\n", uuid, role.name,
               role.organisation_name ? role.organisation_name : role.organisation);
        print_strings("may: ", activities, " ");
        print_strings("notice: ", notices, "\nnotice: ");
    } else {
        printf("%s: %s, %d roles\n", state, uuid, roles);
    }
    fflush(stdout);
    free_strings(activities);
    free_strings(notices);
    if (is(state, "choosing-role") && wanted.id)
        must(sd_bus_call_method_async(desk->bus, NULL, NAME, desk->session, NAME ".Session", "SelectRole",
                                      selected, desk, "s", wanted.id), "selecting a role");
    return 0;
}

static void describe(struct desk *desk) {
    /* Only the answer to the last question counts. */
    desk->question = sd_bus_slot_unref(desk->question);
    must(sd_bus_call_method_async(desk->bus, &desk->question, NAME, desk->session, NAME ".Session", "Describe",
                                  described, desk, ""), "asking who is signed in");
}

/* How a request ended: the signal's second part, or a property. */
static void read_details(sd_bus_message *message, struct outcome *outcome) {
    const char *key;
    must(sd_bus_message_enter_container(message, 'a', "{sv}"), "details");
    while (must(sd_bus_message_enter_container(message, 'e', "sv"), "details") > 0) {
        must(sd_bus_message_read(message, "s", &key), "details");
        if (is(key, "message"))
            must(sd_bus_message_read(message, "v", "s", &outcome->message), "details");
        else if (is(key, "tries-left"))
            must(sd_bus_message_read(message, "v", "i", &outcome->tries_left), "details");
        else
            must(sd_bus_message_skip(message, "v"), "details");
        must(sd_bus_message_exit_container(message), "details");
    }
    must(sd_bus_message_exit_container(message), "details");
}

static void signed_in(struct desk *desk, const struct outcome *outcome) {
    replace(&desk->request, NULL);
    printf("sign-in: %s: %s\n", outcome->word, outcome->message);
    if (!is(outcome->word, "ok") && outcome->tries_left >= 0)
        printf("tries left: %d\n", outcome->tries_left);
    fflush(stdout);
}

static int request_read(sd_bus_message *answer, void *data, sd_bus_error *error) {
    struct desk *desk = data;
    struct outcome outcome = {"", "", -1};
    const char *key;
    (void)error;
    if (failed(answer))
        return 0;
    must(sd_bus_message_enter_container(answer, 'a', "{sv}"), "a request");
    while (must(sd_bus_message_enter_container(answer, 'e', "sv"), "a request") > 0) {
        must(sd_bus_message_read(answer, "s", &key), "a request");
        if (is(key, "Outcome")) {
            must(sd_bus_message_read(answer, "v", "s", &outcome.word), "a request");
        } else if (is(key, "Details")) {
            must(sd_bus_message_enter_container(answer, 'v', "a{sv}"), "a request");
            read_details(answer, &outcome);
            must(sd_bus_message_exit_container(answer), "a request");
        } else {
            must(sd_bus_message_skip(answer, "v"), "a request");
        }
        must(sd_bus_message_exit_container(answer), "a request");
    }
    if (*outcome.word && desk->request)
        signed_in(desk, &outcome);
    return 0;
}

static int request_came(sd_bus_message *answer, void *data, sd_bus_error *error) {
    struct desk *desk = data;
    const char *request;
    (void)error;
    if (failed(answer))
        return 0;
    must(sd_bus_message_read(answer, "o", &request), "a request");
    replace(&desk->request, request);
    /* It may have ended before we knew its path, and the signal comes once. */
    must(sd_bus_call_method_async(desk->bus, NULL, NAME, request, DBUS ".Properties", "GetAll", request_read, desk,
                                  "s", NAME ".Request"), "asking how far it is");
    return 0;
}

static int session_came(sd_bus_message *answer, void *data, sd_bus_error *error) {
    struct desk *desk = data;
    const char *session;
    (void)error;
    if (sd_bus_error_has_name(sd_bus_message_get_error(answer), NAME ".Error.NoSession")) {
        say("nobody is signed in");
        /* A person takes longer than a call may: a request comes back at once, and tells later how it ended. */
        if (desk->sign_in)
            must(sd_bus_call_method_async(desk->bus, NULL, NAME, ROOT, NAME ".Manager", "Authenticate",
                                          request_came, desk, "oa{sv}", "/", 0), "asking for a sign-in");
    } else if (!failed(answer)) {
        must(sd_bus_message_read(answer, "o", &session), "a session");
        follow(desk, session);
    }
    return 0;
}

static int subscribed(sd_bus_message *answer, void *data, sd_bus_error *error) {
    struct desk *desk = data;
    (void)error;
    /* Subscribe first, then look: whatever happens between is told. */
    if (!failed(answer))
        must(sd_bus_call_method_async(desk->bus, NULL, NAME, ROOT, NAME ".Manager", "CurrentSession", session_came,
                                      desk, ""), "looking for a session");
    return 0;
}

static void service_came(struct desk *desk, const char *owner) {
    replace(&desk->owner, owner);
    say("the service is there");
    must(sd_bus_call_method_async(desk->bus, NULL, NAME, ROOT, NAME ".Manager", "Subscribe", subscribed, desk, ""),
         "subscribing");
}

/* Sessions and requests are kept nowhere: they end with the service, however it ends. */
static void service_went(struct desk *desk) {
    replace(&desk->owner, NULL);
    replace(&desk->request, NULL);
    if (desk->session)
        ended(desk, "the service has gone");
    say("the service is not there");
}

static int owner_changed(sd_bus_message *signal, void *data, sd_bus_error *error) {
    struct desk *desk = data;
    const char *name, *old, *new;
    (void)error;
    must(sd_bus_message_read(signal, "sss", &name, &old, &new), "an owner");
    if (*old && desk->owner)
        service_went(desk);
    if (*new && !is(desk->owner, new))
        service_came(desk, new);
    return 0;
}

static int owner_came(sd_bus_message *answer, void *data, sd_bus_error *error) {
    struct desk *desk = data;
    const char *owner;
    (void)error;
    if (desk->owner)
        return 0;
    if (sd_bus_message_get_error(answer)) {
        service_went(desk);
    } else {
        must(sd_bus_message_read(answer, "s", &owner), "an owner");
        service_came(desk, owner);
    }
    return 0;
}

static int heard(sd_bus_message *signal, void *data, sd_bus_error *error) {
    struct desk *desk = data;
    const char *member = sd_bus_message_get_member(signal), *path = sd_bus_message_get_path(signal);
    struct outcome outcome = {"", "", -1};
    const char *first, *second;
    bool ours = is(path, desk->session);
    (void)error;
    /* Anybody can send a signal to anybody: the service's alone count. */
    if (!is(sd_bus_message_get_sender(signal), desk->owner))
        return 0;
    if (is(member, "SessionStarted")) {
        must(sd_bus_message_read(signal, "o", &first), "a signal");
        follow(desk, first);
    } else if (is(member, "SessionEnded")) {
        must(sd_bus_message_read(signal, "os", &first, &second), "a signal");
        if (is(first, desk->session))
            ended(desk, second);
    } else if (is(member, "Completed") && is(path, desk->request)) {
        must(sd_bus_message_read(signal, "s", &outcome.word), "a signal");
        read_details(signal, &outcome);
        signed_in(desk, &outcome);
    } else if (ours && is(member, "StateChanged")) {
        must(sd_bus_message_read(signal, "s", &first), "a signal");
        if (!is(first, "active"))
            say("hidden");
        describe(desk);
    } else if (ours && (is(member, "RoleSelected") || is(member, "RolesOffered"))) {
        describe(desk);
    }
    return 0;
}

static sd_bus *connect_to(const char *address) {
    sd_bus *bus = NULL;
    if (!address) {
        must(sd_bus_open_system(&bus), "the system bus");
        return bus;
    }
    must(sd_bus_new(&bus), address);
    must(sd_bus_set_address(bus, address), address);
    must(sd_bus_set_bus_client(bus, true), address);
    must(sd_bus_start(bus), address);
    return bus;
}

int main(int count, char **words) {
    const struct option options[] = {
        {"sign-in", no_argument, NULL, 's'}, {"role", required_argument, NULL, 'r'}, {0}};
    struct desk desk = {0};
    sd_event *event = NULL;
    sigset_t ends;
    for (int option; (option = getopt_long(count, words, "", options, NULL)) != -1;) {
        if (option == 's')
            desk.sign_in = true;
        else if (option == 'r')
            desk.organisation = optarg;
        else
            return EXIT_FAILURE;
    }
    desk.bus = connect_to(words[optind]);
    must(sd_event_default(&event), "an event loop");
    must(sd_bus_attach_event(desk.bus, event, SD_EVENT_PRIORITY_NORMAL), "an event loop");
    must(sd_bus_set_exit_on_disconnect(desk.bus, true), "an event loop");
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    must(sd_event_add_signal(event, NULL, SIGINT, NULL, NULL), "Ctrl-C");
    must(sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL), "being told to end");
    /* Listen first, then look. */
    must(sd_bus_add_match(desk.bus, NULL, "type='signal',sender='" NAME "'", heard, &desk), "listening");
    must(sd_bus_add_match(desk.bus, NULL,
                          "type='signal',sender='" DBUS "',member='NameOwnerChanged',arg0='" NAME "'",
                          owner_changed, &desk), "listening");
    must(sd_bus_call_method_async(desk.bus, NULL, DBUS, "/org/freedesktop/DBus", DBUS, "GetNameOwner", owner_came,
                                  &desk, "s", NAME), "looking for the service");
    int result = sd_event_loop(event);
    sd_bus_slot_unref(desk.question);
    sd_bus_flush_close_unref(desk.bus);
    sd_event_unref(event);
    free(desk.owner);
    free(desk.session);
    free(desk.request);
    return result < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
