"""python-dbusmock's logind, with what Lanyard asks of logind besides.

The honest part is dbusmock's own. Added: sessions by process, users with a display, and the signals that logind
sends when sessions come, go and change places.
"""

import dbus
from dbusmock import MOCK_IFACE, mockobject
from dbusmock.templates import logind as theirs
from dbusmock.templates.logind import *  # the template's own methods are found by their names

BUS_NAME = theirs.BUS_NAME
MAIN_OBJ = theirs.MAIN_OBJ
MAIN_IFACE = theirs.MAIN_IFACE
SYSTEM_BUS = theirs.SYSTEM_BUS

SESSION = "org.freedesktop.login1.Session"
SEAT = "org.freedesktop.login1.Seat"
USER = "org.freedesktop.login1.User"


# Theirs needs a seat.
NOWHERE = "nowhere"

GET_USER = """
ret = f"/org/freedesktop/login1/user/{args[0]}"
if ret not in objects:
    raise dbus.exceptions.DBusException("not logged in or lingering", name="org.freedesktop.login1.NoSuchUser")
"""


def load(mock, parameters):
    theirs.load(mock, parameters)
    # Theirs takes the number for a name.
    mock.AddMethod(MAIN_IFACE, "GetUser", "u", "o", GET_USER)
    mock.session_of = {}


def path_of(session):
    return dbus.ObjectPath(f"/org/freedesktop/login1/session/{session}")


@dbus.service.method(MAIN_IFACE, in_signature="u", out_signature="o")
def GetSessionByPID(self, pid):
    if int(pid) not in self.session_of:
        name = "org.freedesktop.login1.NoSessionForPID"
        raise dbus.exceptions.DBusException(f"PID {pid} does not belong to any known session", name=name)
    return path_of(self.session_of[int(pid)])


@dbus.service.method(MOCK_IFACE, in_signature="ssu", out_signature="")
def LogIn(self, session, seat, uid):
    """A session that comes as logind lets it come: in the foreground where nobody is, or where there is no seat."""
    free = not seat or not any(sits_at(other, seat) and other.Get(SESSION, "Active") for other in sessions())
    self.AddSession(session, seat or NOWHERE, uid, f"user{uid}", free)
    properties = mockobject.objects[path_of(session)].props[SESSION]
    # logind's word for a desktop; theirs is "test".
    properties["Type"] = "wayland"
    if not seat:
        properties["Seat"] = dbus.Struct(("", dbus.ObjectPath("/")), signature="so")
    self.EmitSignal(MAIN_IFACE, "SessionNew", "so", [session, path_of(session)])


@dbus.service.method(MOCK_IFACE, in_signature="s", out_signature="")
def LogOut(self, session):
    path = path_of(session)
    gone = mockobject.objects[path]
    uid = gone.Get(SESSION, "User")[0]
    self.EmitSignal(MAIN_IFACE, "SessionRemoved", "so", [session, path])
    self.RemoveObject(path)
    if not any(other.Get(SESSION, "User")[0] == uid for other in sessions()):
        self.RemoveObject(f"/org/freedesktop/login1/user/{uid}")


@dbus.service.method(MOCK_IFACE, in_signature="us", out_signature="")
def Runs(self, pid, session):
    """A process that runs in a session."""
    self.session_of[int(pid)] = session


@dbus.service.method(MOCK_IFACE, in_signature="us", out_signature="")
def Shows(_self, uid, session):
    """The session in which a user is shown things."""
    user = mockobject.objects[f"/org/freedesktop/login1/user/{uid}"]
    path = path_of(session) if session else dbus.ObjectPath("/")
    tell(user, USER, {"Display": dbus.Struct((session, path), signature="so")})


@dbus.service.method(MOCK_IFACE, in_signature="s", out_signature="")
def SwitchTo(_self, session):
    """Fast user switching: the newcomer is told of first, which is the worse order for us."""
    newcomer = mockobject.objects[path_of(session)]
    seat, seat_path = newcomer.Get(SESSION, "Seat")
    tell(newcomer, SESSION, {"Active": True, "State": "active"})
    for other in sessions():
        if other is not newcomer and sits_at(other, seat) and other.Get(SESSION, "Active"):
            tell(other, SESSION, {"Active": False, "State": "online"})
    active = dbus.Struct((session, path_of(session)), signature="so")
    tell(mockobject.objects[seat_path], SEAT, {"ActiveSession": active})


@dbus.service.method(MOCK_IFACE, in_signature="sa{sv}", out_signature="")
def Becomes(_self, session, properties):
    """Something about a session changes, and is told."""
    tell(mockobject.objects[path_of(session)], SESSION, properties)


@dbus.service.method(MOCK_IFACE, in_signature="b", out_signature="")
def Sleeps(self, begins):
    self.Set(MAIN_IFACE, "PreparingForSleep", begins)
    self.EmitSignal(MAIN_IFACE, "PrepareForSleep", "b", [begins])


def tell(mock, interface, properties):
    """What is so from now on. dbusmock's own way does not know structures."""
    mock.props[interface].update(properties)
    changed = dbus.Dictionary(properties, signature="sv")
    mock.EmitSignal("org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", [interface, changed, []])


def sessions():
    return [each for path, each in mockobject.objects.items() if "/session/" in path]


def sits_at(session, seat):
    return session.Get(SESSION, "Seat")[0] == seat
