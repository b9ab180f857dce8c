package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.HandshakeAttempt;
import dev.portcullis.client.selfaudit.attack.HttpAnswer;
import dev.portcullis.client.selfaudit.attack.RawSocket;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Requests whose end two readers see in two places (CWE-444, RFC 9112 section 11.2). Nothing is smuggled: the end is all that is asked. */
final class SmugglingProbes {
    private static final String REFUSE =
            "Refuse the request with 400 and close, at the node and at every proxy in front of it.";
    private static final List<Standard> SHOWS = List.of(Standard.ASVS_4_2, Standard.PCI_6_2);

    /** Answers of servers that look at who asks before they look at how, or of which another one has failed. */
    private static final Set<Integer> OF_WHO_ASKS = Set.of(401, 403, 407, 426, 429, 500, 502, 503, 504);

    private static final int END_MS = 2_000;

    private SmugglingProbes() {}

    static List<Probe> all() {
        return List.of(
                row(
                        "http.two_lengths",
                        Grade.FAILURE,
                        "two lengths are refused",
                        target -> post(target, "Content-Length: 5\r\nContent-Length: 6\r\n") + "audit"),
                new Probe(
                        "http.length_and_chunks",
                        ProbeArea.HTTP,
                        Grade.FAILURE,
                        "a length beside chunks is refused",
                        REFUSE,
                        SHOWS,
                        SmugglingProbes::lengthAndChunks),
                row(
                        "http.unknown_coding",
                        Grade.FAILURE,
                        "a coding that does not exist is refused",
                        target -> post(target, "Transfer-Encoding: xchunked\r\n") + "0\r\n\r\n"),
                row(
                        "http.signed_length",
                        Grade.WARNING,
                        "a length with a sign is refused",
                        target -> post(target, "Content-Length: +5\r\n") + "audit"),
                row(
                        "http.space_before_colon",
                        Grade.WARNING,
                        "a blank in front of a colon is refused",
                        target -> post(target, "Content-Length : 5\r\n") + "audit"),
                row(
                        "http.folded_line",
                        Grade.WARNING,
                        "a folded header line is refused",
                        target -> get(target, "X-Audit: a\r\n b\r\n")),
                row(
                        "http.two_hosts",
                        Grade.WARNING,
                        "two hosts are refused",
                        target -> get(target, "Host: audit.invalid\r\n")),
                row(
                        "http.no_host",
                        Grade.WARNING,
                        "a request without a host is refused",
                        target -> get(target, "").replaceFirst("Host: [^\r]*\r\n", "")),
                new Probe(
                        "http.body_of_upgrade",
                        ProbeArea.HTTP,
                        Grade.WARNING,
                        "a handshake with a body is refused",
                        REFUSE,
                        SHOWS,
                        SmugglingProbes::bodyOfUpgrade));
    }

    /** Makes the bytes of a request. */
    @FunctionalInterface
    private interface Request {
        String to(AuditTarget target);
    }

    private static String get(AuditTarget target, String lines) {
        return head("GET", target, lines);
    }

    private static String post(AuditTarget target, String lines) {
        return head("POST", target, "Content-Type: application/json\r\n" + lines);
    }

    private static String head(String method, AuditTarget target, String lines) {
        return method + " / HTTP/1.1\r\nHost: " + target.authority() + "\r\nUser-Agent: " + AuditTarget.USER_AGENT
                + "\r\n" + lines + "Connection: close\r\n\r\n";
    }

    private static Probe row(String id, Grade worst, String title, Request request) {
        return new Probe(id, ProbeArea.HTTP, worst, title, REFUSE, SHOWS, target -> {
            return judged(target, send(target, request.to(target)));
        });
    }

    private static ProbeOutcome judged(AuditTarget target, Optional<HttpAnswer> answer) throws IOException {
        if (answer.isEmpty()) {
            return control(target, ProbeOutcome.passed("the connection is ended"));
        }
        int status = answer.get().status();
        if (answer.get().refusesTheForm()) {
            return control(target, ProbeOutcome.passed("HTTP " + status));
        }
        return OF_WHO_ASKS.contains(status)
                ? ProbeOutcome.unchecked("the server refuses who asks, or fails: HTTP " + status)
                : ProbeOutcome.found("answered as if nothing were odd: HTTP " + status);
    }

    /** A server may also heed the chunks alone, if it ends the connection behind its answer (RFC 9112 section 6.1), as HAProxy does. */
    private static ProbeOutcome lengthAndChunks(AuditTarget target) throws IOException {
        String request = post(target, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")
                        .replace("Connection: close\r\n", "")
                + "0\r\n\r\n";
        Optional<HttpAnswer> answer;
        boolean isEnded;
        try (RawSocket socket = target.connect()) {
            answer = socket.request(request);
            isEnded = answer.isEmpty() || socket.endsWithin(END_MS);
        }
        ProbeOutcome outcome = judged(target, answer);
        return isEnded && outcome.fold(seen -> false, seen -> true, why -> false)
                ? control(target, ProbeOutcome.passed("the connection is ended behind the answer"))
                : outcome;
    }

    /** A refusal says something only where the well-formed request is not refused so. */
    private static ProbeOutcome control(AuditTarget target, ProbeOutcome outcome) throws IOException {
        Optional<HttpAnswer> usual = send(target, get(target, ""));
        return usual.filter(answer -> !answer.refusesTheForm()).isPresent()
                ? outcome
                : ProbeOutcome.unchecked("a well-formed request is refused too");
    }

    private static Optional<HttpAnswer> send(AuditTarget target, String bytes) throws IOException {
        try (RawSocket socket = target.connect()) {
            return socket.request(bytes);
        }
    }

    private static ProbeOutcome bodyOfUpgrade(AuditTarget target) throws IOException {
        Optional<String> refusal = target.control().refusal();
        if (refusal.isPresent()) {
            return ProbeOutcome.unchecked(refusal.get());
        }
        try (HandshakeAttempt attempt =
                target.handshake(target.upgrade().plus("Content-Length: 5").replacing("\r\n\r\n", "\r\n\r\naudit"))) {
            if (attempt.isUpgraded()) {
                return ProbeOutcome.found("the handshake is accepted");
            }
            if (attempt.saysNothing()) {
                return ProbeOutcome.unchecked("the server's limits or faults answer first: " + attempt.seen());
            }
            return target.controlNow()
                    .refusal()
                    .map(ProbeOutcome::unchecked)
                    .orElseGet(() -> ProbeOutcome.passed("the handshake gets " + attempt.seen()));
        }
    }
}
