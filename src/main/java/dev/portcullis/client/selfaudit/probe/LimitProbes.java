package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.HandshakeAttempt;
import dev.portcullis.client.selfaudit.attack.ProbedHandshake;
import dev.portcullis.client.selfaudit.attack.RawSocket;
import dev.portcullis.client.selfaudit.attack.Reaction;
import dev.portcullis.client.selfaudit.attack.WireFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What bounds a client that asks for too much (CWE-770). Each asks for little more than a good server gives, and stops there. */
final class LimitProbes {
    private static final List<Standard> SHOWS =
            List.of(Standard.SHEET_DENIAL, Standard.ASVS_2_4, Standard.CSF_PR_IR, Standard.GDPR_32_B);
    private static final long MUCH = 64L << 20;
    private static final int FRAGMENTS = 300;
    private static final int PINGS = 60;
    private static final int FRAMES = 300;
    private static final int SESSIONS = 11;
    private static final int LINES = 300;
    private static final int HANDSHAKES = 40;
    private static final int DRIP_MS = 1_000;

    private LimitProbes() {}

    static List<Probe> all() {
        return List.of(
                row(
                        "limits.message",
                        Grade.WARNING,
                        "a message that announces 64 MiB is refused when it begins",
                        "Bound the size of a message (limits.frameBytes): 64 KiB is enough for a chat.",
                        target -> provoked(
                                target, "message", WireFrame.announcing(WireFrame.FIN | WireFrame.TEXT, MUCH))),
                row(
                        "limits.fragments",
                        Grade.WARNING,
                        "a message of hundreds of fragments is refused",
                        "Bound the number of fragments of a message.",
                        LimitProbes::fragments),
                row(
                        "limits.pings",
                        Grade.WARNING,
                        "a flood of pings is refused",
                        "Bound the pings of a connection: each costs an answer.",
                        target -> provoked(target, "pings", FramingProbes.times(PINGS, WireFrame.ping("audit")))),
                row(
                        "limits.frames",
                        Grade.FAILURE,
                        "a flood of frames is refused",
                        "Set ratelimit.enabled and ratelimit.connection.minute.",
                        LimitProbes::frames),
                row(
                        "limits.sessions",
                        Grade.WARNING,
                        "the sessions of one user are bounded",
                        "Set sessions.max to what one user needs.",
                        List.of(Standard.ASVS_7_1, Standard.SHEET_DENIAL),
                        LimitProbes::sessions),
                row(
                        "limits.compression",
                        Grade.WARNING,
                        "compression is not agreed on unasked",
                        "Leave http.compression off unless the lines are thin: it costs memory and can tell secrets (CRIME).",
                        LimitProbes::compression),
                row(
                        "limits.header_lines",
                        Grade.WARNING,
                        "a handshake with hundreds of header lines is refused",
                        "Bound the number and size of header lines.",
                        LimitProbes::headerLines),
                row(
                        "limits.slow_request",
                        Grade.WARNING,
                        "a request that never ends is cut off",
                        "Set http.handshakeMs, here and at the proxy.",
                        LimitProbes::slowRequest),
                row(
                        "limits.idle",
                        Grade.WARNING,
                        "a client that never shows a token is cut off",
                        "Set auth.messageTimeoutMs.",
                        LimitProbes::idle));
    }

    /** Uses up the handshakes of this address for a minute, so it is asked last. */
    static Probe last() {
        return row(
                "limits.handshakes",
                Grade.WARNING,
                "handshakes without a token are bounded for an address",
                "Set ratelimit.handshakes.minute, here or at the proxy.",
                LimitProbes::handshakes);
    }

    private static Probe row(String id, Grade worst, String title, String fix, Probe.Question question) {
        return row(id, worst, title, fix, SHOWS, question);
    }

    private static Probe row(
            String id, Grade worst, String title, String fix, List<Standard> shows, Probe.Question question) {
        return new Probe(id, ProbeArea.LIMITS, worst, title, fix, shows, question);
    }

    private static ProbeOutcome provoked(AuditTarget target, String name, byte[] bytes) throws IOException {
        return provoked(target, name, bytes, Optional.empty());
    }

    /** The same text in one frame comes first: a server may refuse what it says. */
    private static ProbeOutcome fragments(AuditTarget target) throws IOException {
        Optional<Reaction> whole;
        try (HandshakeAttempt attempt = FramingProbes.connect(target, "limit-whole")) {
            whole = attempt.isUpgraded()
                    ? Optional.of(attempt.socket().provoke(WireFrame.text("a".repeat(FRAGMENTS))))
                    : Optional.empty();
        }
        byte[] bytes = FramingProbes.both(
                WireFrame.masked(WireFrame.TEXT, new byte[0]),
                FramingProbes.both(
                        FramingProbes.times(FRAGMENTS, WireFrame.masked(WireFrame.CONTINUATION, new byte[] {'a'})),
                        WireFrame.masked(WireFrame.FIN | WireFrame.CONTINUATION, new byte[0])));
        return provoked(target, "fragments", bytes, whole);
    }

    /** @param likewise what the server does with the same message in which nothing is too much */
    private static ProbeOutcome provoked(AuditTarget target, String name, byte[] bytes, Optional<Reaction> likewise)
            throws IOException {
        try (HandshakeAttempt attempt = FramingProbes.connect(target, "limit-" + name)) {
            if (!attempt.isUpgraded()) {
                return ProbeOutcome.unchecked("a handshake in which nothing is wrong gets " + attempt.seen());
            }
            if (!FramingProbes.isAlive(attempt)) {
                return ProbeOutcome.unchecked(FramingProbes.NOT_ALIVE);
            }
            Reaction reaction = attempt.socket().provoke(bytes);
            return likewise.filter(reaction::endsAs).isPresent()
                    ? ProbeOutcome.unchecked("the connection ends as behind such a message of one frame")
                    : reaction.fold(
                            () -> ProbeOutcome.found("all of it is taken"),
                            code -> ProbeOutcome.passed("closed " + code),
                            () -> ProbeOutcome.passed("the connection is ended"),
                            () -> ProbeOutcome.found("the server waits for the rest of it"));
        }
    }

    private static ProbeOutcome frames(AuditTarget target) throws IOException {
        return Sessions.then(Sessions.open(target, target.users().fresh("frames"), Sessions.NO_FRESH_USER), socket -> {
            Reaction reaction =
                    socket.provoke(FramingProbes.times(FRAMES, WireFrame.text("{\"type\":\"health-check\"}")));
            boolean isLimited = reaction.texts().stream().anyMatch(text -> Sessions.isOf(text, "rate_limited"));
            return isLimited || reaction.isOver()
                    ? ProbeOutcome.passed(isLimited ? "rate_limited" : "the connection is closed")
                    : ProbeOutcome.found(FRAMES + " frames at once are all answered");
        });
    }

    /** A server may refuse the session that is too many, or end the oldest one for it. */
    private static ProbeOutcome sessions(AuditTarget target) throws IOException {
        Optional<String> token = target.users().fresh("sessions");
        List<RawSocket> opened = new ArrayList<>();
        while (opened.size() < SESSIONS) {
            var session = Sessions.open(target, token, Sessions.NO_FRESH_USER);
            if (!session.isDone()) {
                return opened.isEmpty()
                        ? Sessions.then(session, socket -> ProbeOutcome.unchecked(Sessions.NO_USER))
                        : Sessions.then( // another user says whether it is this one who has enough
                                Sessions.open(target, target.users().fresh("sessions-other"), Sessions.NO_FRESH_USER),
                                socket -> ProbeOutcome.passed(
                                        "session " + (opened.size() + 1) + " of a user is refused"));
            }
            Sessions.then(session, socket -> {
                opened.add(socket);
                return ProbeOutcome.passed("");
            });
        }
        int alive = 0;
        for (RawSocket socket : opened) {
            alive += socket.provoke(new byte[0]).isOver() ? 0 : 1;
        }
        return alive < SESSIONS
                ? ProbeOutcome.passed("of " + SESSIONS + " sessions of a user " + alive + " are left")
                : ProbeOutcome.found(SESSIONS + " sessions of one user at the same time");
    }

    private static ProbeOutcome compression(AuditTarget target) throws IOException {
        ProbedHandshake request = target.upgrade().plus("Sec-WebSocket-Extensions: permessage-deflate");
        try (HandshakeAttempt attempt = target.handshake(
                target.users().any("compression").map(request::withToken).orElse(request))) {
            if (!attempt.isUpgraded()) {
                return ProbeOutcome.unchecked("the handshake gets " + attempt.seen());
            }
            return attempt.answer()
                    .flatMap(answer -> answer.header("Sec-WebSocket-Extensions"))
                    .map(agreed -> ProbeOutcome.found("agreed on " + agreed))
                    .orElseGet(() -> ProbeOutcome.passed("not agreed on"));
        }
    }

    private static ProbeOutcome headerLines(AuditTarget target) throws IOException {
        Optional<String> refusal = target.control().refusal();
        if (refusal.isPresent()) {
            return ProbeOutcome.unchecked(refusal.get());
        }
        ProbedHandshake request = target.upgrade();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            lines.add("X-Audit-" + i + ": a");
        }
        for (String line : lines) {
            request = request.plus(line);
        }
        try (HandshakeAttempt attempt = target.handshake(request)) {
            if (attempt.isUpgraded()) {
                return ProbeOutcome.found(LINES + " lines are accepted");
            }
            if (attempt.saysNothing()) {
                return ProbeOutcome.unchecked("the server's limits or faults answer first: " + attempt.seen());
            }
            return target.controlNow()
                    .refusal()
                    .map(ProbeOutcome::unchecked)
                    .orElseGet(() -> ProbeOutcome.passed(LINES + " lines get " + attempt.seen()));
        }
    }

    /** A byte each second, so that a server is found that only limits the silence (CWE-400, Slowloris). */
    private static ProbeOutcome slowRequest(AuditTarget target) throws IOException {
        try (RawSocket socket = target.connect()) {
            socket.write("GET / HTTP/1.1\r\nHost: " + target.authority() + "\r\nUser-Agent: " + AuditTarget.USER_AGENT
                    + "\r\nX-Audit: ");
            for (int waited = 0; waited < target.scope().endMs(); waited += DRIP_MS) {
                if (socket.endsWithin(DRIP_MS) || !socket.isWritten("a")) {
                    return ProbeOutcome.passed("cut off within " + (waited + DRIP_MS) / 1_000 + " s");
                }
            }
            return ProbeOutcome.found("kept for " + target.scope().endMs() / 1_000 + " s");
        }
    }

    private static ProbeOutcome idle(AuditTarget target) throws IOException {
        Optional<String> obstacle = Sessions.obstacle(target);
        if (obstacle.isPresent()) {
            return ProbeOutcome.unchecked(obstacle.get());
        }
        try (HandshakeAttempt attempt = target.handshake(target.upgrade())) {
            if (!attempt.isUpgraded()) {
                return ProbeOutcome.unchecked("a handshake without a token gets " + attempt.seen());
            }
            return attempt.socket()
                    .awaitEnd(target.scope().endMs())
                    .fold(
                            () -> ProbeOutcome.found("the connection goes on"),
                            code -> ProbeOutcome.passed("closed " + code),
                            () -> ProbeOutcome.passed("the connection is ended"),
                            () -> ProbeOutcome.found(
                                    "kept for " + target.scope().endMs() / 1_000 + " s"));
        }
    }

    private static ProbeOutcome handshakes(AuditTarget target) throws IOException {
        Optional<String> refusal = target.control().refusal();
        if (refusal.isPresent()) {
            return ProbeOutcome.unchecked(refusal.get());
        }
        for (int i = 0; i < HANDSHAKES; i++) {
            try (HandshakeAttempt attempt = target.handshakeNow(target.upgrade())) {
                if (!attempt.isUpgraded()) {
                    return attempt.isTurnedAway() || attempt.answer().isEmpty()
                            ? ProbeOutcome.passed("handshake " + (i + 1) + " gets " + attempt.seen())
                            : ProbeOutcome.unchecked("handshake " + (i + 1) + " gets " + attempt.seen());
                }
            }
        }
        return ProbeOutcome.found(HANDSHAKES + " handshakes in a row are accepted");
    }
}
