#!/usr/bin/env python3
"""Verify a session ticket of Lanyard offline, with ordinary libraries.

    verify_ticket.py --anchor PEM --crl PEM --keys FOLDER --rights JSON
                     --audience NAME --nonce NUMBER [--challenge NUMBER] [--session-hours 10] < TICKET

Needs PyJWT, cryptography and pyOpenSSL (python3-jwt, python3-cryptography, python3-openssl). What is checked,
and what is not proved by it, stands in docs/tickets.md. Prints what the ticket proves as JSON, or the first
reason against it as one word, and ends with 1.

RIGHTS names for each key of a registration authority, FOLDER/NAME.pem, the organisations whose roles it may
sign: {"NAME": ["A99901"]}, or "all".
"""

import argparse
import base64
import datetime
import json
import pathlib
import re
import sys
import time

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from OpenSSL import crypto

TICKET, STATEMENT, ROLE = "lanyard-ticket+jwt", "lanyard-statement+jwt", "lanyard-role+jwt"
LIFE, SKEW, ROLE_SKEW = 60, 60, 300  # seconds
LATEST = 253402207200  # dates after the year 9999 are none


class Refused(Exception):
    """Why a ticket is not believed, in one word."""


def check(holds, word):
    if not holds:
        raise Refused(word)


class Site:
    """What a server goes by: anchors and revocation lists (PEM), keys of registration authorities by name,
    the organisations of each (a set, or "all"), and how many seconds a session may last."""

    def __init__(self, anchors, lists, keys, rights, longest_session=10 * 3600, intermediates=()):
        self.anchors = [crypto.load_certificate(crypto.FILETYPE_PEM, pem) for pem in anchors]
        self.intermediates = [crypto.load_certificate(crypto.FILETYPE_PEM, pem) for pem in intermediates]
        self.lists = [revocation_list(pem) for pem in lists]
        self.keys = {name: serialization.load_pem_public_key(pem) for name, pem in keys.items()}
        self.rights, self.longest_session = rights, longest_session


def revocation_list(pem):
    """As pyOpenSSL wants it: before 24.3 in a type of its own."""
    read = x509.load_pem_x509_crl(pem)
    return crypto.CRL.from_cryptography(read) if hasattr(crypto, "CRL") else read


def verify(ticket, site, audience, nonce, now, challenge=None):
    """What a ticket proves; `Refused` when it is not to be believed."""
    check(len(ticket) <= 64 * 1024, "ticket-too-large")
    header, claims = read(ticket, "ticket")
    check(header["typ"] == TICKET, "ticket-wrong-type")
    check(header["alg"] == "ES256", "ticket-wrong-algorithm")
    texts = ("jti", "sub", "sid", "aud", "nonce", "lanyard_statement", "lanyard_role")
    check(all(isinstance(claims.get(name), str) for name in texts), "ticket-malformed")
    check(are_numbers(claims) and 1 <= len(claims["jti"].encode()) <= 128, "ticket-malformed")

    stated = verify_statement(claims["lanyard_statement"], site, now, challenge)
    check_signature(ticket, session_key(stated), ["ES256"], "ticket")
    check_dates(claims, LIFE, now, "ticket")
    check(claims["sub"] == stated["sub"], "ticket-other-holder")
    check(claims["sid"] == stated["sid"], "ticket-other-session")
    check(stated["iat"] <= claims["iat"] and claims["exp"] <= stated["exp"], "ticket-outside-session")
    check(claims["aud"] == audience, "ticket-wrong-audience")
    check(claims["nonce"] == nonce, "ticket-wrong-nonce")

    role = verify_role(claims["lanyard_role"], site, now, stated["sub"])
    return {
        "holder": stated["sub"],
        "session": stated["sid"],
        "began": stated["iat"],
        "ends": stated["exp"],
        "role": role,
        "ticket": claims["jti"],
        "expires": claims["exp"],
    }


def verify_statement(jws, site, now, challenge):
    """What the card has signed."""
    header, claims = read(jws, "statement")
    check(header["typ"] == STATEMENT, "statement-wrong-type")
    check(all(isinstance(claims.get(name), str) for name in ("jti", "sub", "sid")), "statement-malformed")
    check(are_numbers(claims) and 1 <= len(claims["sid"].encode()) <= 64, "statement-malformed")
    check(isinstance(claims.get("nonce"), (str, type(None))), "statement-malformed")
    session_key(claims)

    certificate = believed(header, site, now)
    key = certificate.public_key()
    usual = not isinstance(key, rsa.RSAPublicKey) or key.key_size in (2048, 3072, 4096)
    check(usual, "certificate-weak-algorithm")
    check_signature(jws, key, [algorithm_of(key)], "statement")
    check(claims["sub"] == holder(certificate), "statement-other-holder")
    check_dates(claims, site.longest_session, now, "statement")
    check(challenge is None or claims.get("nonce") == challenge, "statement-wrong-challenge")
    return claims


def verify_role(jws, site, now, holder):
    """The role, as its registration authority has signed it."""
    header, claims = read(jws, "role")
    check(isinstance(header.get("kid"), str) and header["typ"] == ROLE, "role-malformed")
    check(header["alg"] in ("ES256", "PS256", "RS256"), "role-malformed")
    kid = header["kid"]
    check(kid in site.keys and kid in site.rights, "role-unknown-key")
    key = site.keys[kid]
    algorithms = ["PS256", "RS256"] if isinstance(key, rsa.RSAPublicKey) else ["ES256"]
    check(header["alg"] in algorithms, "role-tampered")
    check_signature(jws, key, algorithms, "role", "role-tampered")
    check(are_numbers(claims), "role-malformed")
    check(now < claims["exp"], "role-expired")
    check(claims["iat"] <= now + ROLE_SKEW, "role-not-yet-issued")

    check(re.fullmatch("[0-9]{12}", text(claims, "nhsid_useruid")), "role-malformed")
    roles = claims.get("nhsid_nrbac_roles") or []
    roles = roles if isinstance(roles, list) else [roles]
    check(len(roles) == 1 and isinstance(roles[0], dict), "role-malformed")
    [role] = roles
    forms = {
        "person_roleid": "[!-~]{1,64}",
        "person_orgid": "[!-~]{1,64}",
        "org_code": "[A-Z0-9]{3,12}",
        "role_code": "S[0-9]{4}:G[0-9]{4}:R[0-9]{4}",
        "role_name": "(?s:.+)",
    }
    for name, form in forms.items():
        check(re.fullmatch(form, text(role, name)), "role-malformed")
    organisation, rights = text(role, "org_code"), site.rights[kid]
    check(rights == "all" or organisation in rights, "role-key-not-allowed")
    check(text(claims, "nhsid_useruid") == holder, "role-wrong-uuid")
    closes, opens = midnight(text(role, "nhsCloseDate")), midnight(text(role, "nhsOpenDate"))
    check(closes is None or now < closes, "role-closed")
    check(opens is None or opens <= now, "role-not-yet-open")
    return role


def read(jws, part):
    """Header and claims, which nobody may have signed. Stricter than most libraries: one text for each
    content, no name twice, no extension."""
    try:
        for encoded in jws.encode("ascii").split(b"."):
            decoded = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
            check(base64.urlsafe_b64encode(decoded).rstrip(b"=") == encoded, f"{part}-malformed")
        whole = jwt.api_jws.PyJWS().decode_complete(jws, options={"verify_signature": False})
        header = strict_json(base64.urlsafe_b64decode(jws.split(".")[0] + "=="))
        claims = strict_json(whole["payload"])
    except (ValueError, RecursionError, jwt.PyJWTError) as error:
        raise Refused(f"{part}-malformed") from error
    whole = isinstance(header, dict) and isinstance(claims, dict) and header.get("crit") is None
    check(whole and jws.count(".") == 2, f"{part}-malformed")
    check(isinstance(header.get("typ"), str) and isinstance(header.get("alg"), str), f"{part}-malformed")
    return header, claims


def strict_json(encoded):
    def once(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a name stands there twice")
        return dict(pairs)

    def none(word):
        raise ValueError(f"{word} is no JSON")

    read = json.loads(encoded.decode("utf-8"), object_pairs_hook=once, parse_constant=none)
    json.dumps(read, ensure_ascii=False).encode("utf-8")  # no half characters
    return read


def check_signature(jws, key, algorithms, part, word=None):
    try:
        jwt.api_jws.PyJWS().decode(jws, key, algorithms=algorithms)
    except jwt.InvalidAlgorithmError as error:
        raise Refused(f"{part}-wrong-algorithm") from error
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Refused(word or f"{part}-wrong-signature") from error


def check_dates(claims, longest, now, part):
    check(claims["iat"] <= now + SKEW, f"{part}-not-yet-issued")
    check(now < claims["exp"], f"{part}-expired")
    check(claims["exp"] - claims["iat"] <= longest, f"{part}-too-long")


def are_numbers(claims):
    dates = [claims.get("iat"), claims.get("exp")]
    return all(type(date) is int and 0 <= date <= LATEST for date in dates)


def session_key(claims):
    """The key that a statement names (RFC 7800): P-256, its coordinates 32 bytes each."""
    cnf = claims.get("cnf")
    jwk = cnf.get("jwk") if isinstance(cnf, dict) else None
    whole = isinstance(jwk, dict) and (jwk.get("kty"), jwk.get("crv")) == ("EC", "P-256")
    coordinate = "[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
    check(whole and all(re.fullmatch(coordinate, str(jwk.get(name))) for name in "xy"), "statement-malformed")
    try:
        return jwt.algorithms.ECAlgorithm.from_jwk(json.dumps(jwk))
    except (jwt.PyJWTError, ValueError):  # not on the curve: nothing is signed by it
        return ec.generate_private_key(ec.SECP256R1()).public_key()


def believed(header, site, now):
    """The card's certificate, when it leads to an anchor, is for signing in and was not taken back."""
    chain = header.get("x5c")
    texts = isinstance(chain, list) and all(isinstance(it, str) for it in chain)
    check(texts and 1 <= len(chain) <= 8, "statement-malformed")
    try:
        ders = [base64.b64decode(it, validate=True) for it in chain]
    except ValueError as error:
        raise Refused("statement-malformed") from error
    same = [base64.b64encode(der).decode() for der in ders] == chain
    check(same, "statement-malformed")
    try:
        certificate, *others = [crypto.load_certificate(crypto.FILETYPE_ASN1, der) for der in ders]
        read_once = x509.load_der_x509_certificate(ders[0])
        read_once.extensions, read_once.subject  # reads them
    except (crypto.Error, ValueError) as error:
        raise Refused("certificate-malformed") from error

    # First the path, then whether anything in it was taken back: OpenSSL by itself asks the other way round.
    for lists in [], site.lists:
        store = crypto.X509Store()
        store.set_time(datetime.datetime.fromtimestamp(now, datetime.timezone.utc))
        for anchor in site.anchors:
            store.add_cert(anchor)
        if lists is site.lists:
            store.set_flags(crypto.X509StoreFlags.CRL_CHECK | crypto.X509StoreFlags.CRL_CHECK_ALL)
            for one in lists:
                store.add_crl(one)
        context = crypto.X509StoreContext(store, certificate, others + site.intermediates)
        try:
            path = [it.to_cryptography() for it in context.get_verified_chain()]
        except crypto.X509StoreContextError as error:
            raise Refused(certificate_word(*error.errors[:2])) from error
        for below in path[:-1]:
            strong = below.signature_hash_algorithm.name in ("sha256", "sha384", "sha512")
            key = below.public_key()
            short = isinstance(key, rsa.RSAPublicKey) and key.key_size < 2048
            check(strong and not short, "certificate-weak-algorithm")
            check(algorithm_of(key), "certificate-untrusted-issuer")
    usage = extension(read_once, x509.KeyUsage)
    check(usage is not None and usage.digital_signature, "certificate-wrong-usage")
    purposes = extension(read_once, x509.ExtendedKeyUsage)
    allowed = {"1.3.6.1.5.5.7.3.2", "1.3.6.1.4.1.311.20.2.2", "2.5.29.37.0"}
    suits = purposes is None or any(purpose.dotted_string in allowed for purpose in purposes)
    check(suits, "certificate-wrong-usage")
    check(holder(read_once), "certificate-unclear-holder")
    return read_once


def certificate_word(code, depth):
    """What OpenSSL found (X509_STORE_CTX_get_error(3)), and how far above the card's certificate."""
    dates = {9: "not-yet-valid", 10: "expired"}
    if code in dates:
        return f"certificate-{dates[code]}" if depth == 0 else "certificate-authority-not-current"
    if code in (3, 4, 8, 11, 12, 33, 35, 36, 44, 54):
        return "certificate-not-checked"
    return {23: "certificate-revoked"}.get(code, "certificate-untrusted-issuer")


def extension(certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def algorithm_of(key):
    """What such a key signs a JWS with; nothing when it is of another kind."""
    if isinstance(key, rsa.RSAPublicKey):
        return "RS256"
    curves = {"secp256r1": "ES256", "secp384r1": "ES384"}
    return curves.get(key.curve.name) if isinstance(key, ec.EllipticCurvePublicKey) else None


def holder(certificate):
    """The twelve digits that the subject names, as its common name or as its UID; nothing when unclear."""
    named = [
        [it.value for it in certificate.subject.get_attributes_for_oid(kind)]
        for kind in (x509.NameOID.COMMON_NAME, x509.NameOID.USER_ID)
    ]
    digits = {value for values in named for value in values if re.fullmatch("[0-9]{12}", value)}
    once = all(len(values) <= 1 for values in named)
    return digits.pop() if once and len(digits) == 1 else None


def text(fields, name):
    """A text that may be a number, absent, or the only one of a list."""
    value = fields.get(name)
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    if value is None or value == []:
        return ""
    number = type(value) is int and value >= 0
    check(number or isinstance(value, str), "role-malformed")
    return str(value)


def midnight(day):
    """The first second of a day YYYYMMDD in England; summer time is from the last Sunday of March to that of
    October (SI 2002/262)."""
    if not day:
        return None
    try:
        check(re.fullmatch("[0-9]{8}", day), "role-malformed")
        date = datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError as error:
        raise Refused("role-malformed") from error

    def last_sunday(month):
        last = datetime.date(date.year, month, 31)
        return last - datetime.timedelta(days=last.isoweekday() % 7)

    summer = last_sunday(3) < date <= last_sunday(10)
    utc = datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.timezone.utc)
    return int(utc.timestamp()) - (3600 if summer else 0)


def pem_blocks(files):
    """Every block of these PEM files."""
    whole = b"\n".join(pathlib.Path(file).read_bytes() for file in files)
    return re.findall(rb"-----BEGIN [^-]+-----.+?-----END [^-]+-----\n?", whole, re.DOTALL)


def main():
    arguments = argparse.ArgumentParser(description="Verify a session ticket from standard input.")
    arguments.add_argument("--anchor", metavar="PEM", nargs="+", required=True)
    arguments.add_argument("--crl", metavar="PEM", nargs="+", required=True)
    arguments.add_argument("--keys", metavar="FOLDER", type=pathlib.Path, required=True)
    arguments.add_argument("--rights", metavar="JSON", type=pathlib.Path, required=True)
    arguments.add_argument("--audience", required=True)
    arguments.add_argument("--nonce", required=True)
    arguments.add_argument("--challenge")
    arguments.add_argument("--session-hours", type=float, default=10)
    arguments.add_argument("--at", type=int, metavar="SECOND", help="instead of now, for looking back")
    given = arguments.parse_args()
    keys = {file.stem: file.read_bytes() for file in given.keys.glob("*.pem")}
    rights = json.loads(given.rights.read_text())
    longest = int(given.session_hours * 3600)
    site = Site(pem_blocks(given.anchor), pem_blocks(given.crl), keys, rights, longest)
    now = int(time.time()) if given.at is None else given.at
    try:
        ticket = sys.stdin.read().strip()
        proved = verify(ticket, site, given.audience, given.nonce, now, given.challenge)
    except Refused as refused:
        print(f"refused: {refused}")
        return 1
    print(json.dumps(proved, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
