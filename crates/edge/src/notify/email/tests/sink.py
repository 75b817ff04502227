"""A mail server for tests. Reads its options from the first line of standard input, writes its port, then each mail as
a line of JSON. Ends when standard input ends, so that it never outlives the test."""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

options = json.loads(sys.stdin.readline())


def say(line):
    print(line, flush=True)


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if "mail" in options:
            return options["mail"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in options.get("rcpt", {}):
            return options["rcpt"][address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "data" in options:
            return options["data"]
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        headers = {name.lower(): str(value) for name, value in mail.items()}
        say(json.dumps({
            "mail_from": envelope.mail_from,
            "rcpt_to": envelope.rcpt_tos,
            "headers": headers,
            "body": mail.get_content().replace("\r\n", "\n"),
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
        }))
        return "250 2.0.0 Ok: queued as 4F1A"


def authenticate(server, session, envelope, mechanism, data):
    users = options["users"]
    fine = isinstance(data, LoginPassword) and users.get(data.login.decode()) == data.password.decode()
    return AuthResult(success=fine, handled=False, auth_data=data)


def context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options["folder"] + "/cert.pem", options["folder"] + "/key.pem")
    return context


def protocol():
    starttls = context() if options.get("tls") == "starttls" else None
    users = "users" in options
    return SMTP(
        Handler(), tls_context=starttls, require_starttls=starttls is not None, auth_required=users,
        authenticator=authenticate if users else None, auth_require_tls=starttls is not None,
        hostname="sink.example", enable_SMTPUTF8=False,
    )


async def main():
    loop = asyncio.get_running_loop()
    tls = context() if options.get("tls") == "tls" else None
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    say(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
