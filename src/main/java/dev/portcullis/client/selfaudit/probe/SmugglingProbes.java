package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
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

    /** Answers of servers that look at who asks before they look at how. */
    private static final Set<Integer> OF_WHO_ASKS = Set.of(401, 403, 407, 426, 429, 503);

    private SmugglingProbes() {}

    static List<Probe> all() {
        return List.of(
                row(
                        "http.two_lengths",
                        Grade.FAILURE,
                        "two lengths are refused",
                        target -> post(target, "Content-Length: 5\r\nContent-Length: 6\r\n") + "audit"),
                row(
                        "http.length_and_chunks",
                        Grade.FAILURE,
                        "a length beside chunks is refused",
                        target -> post(target, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
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
            Optional<HttpAnswer> answer = send(target, request.to(target));
            if (answer.isEmpty()) {
                return control(target, ProbeOutcome.passed("the connection is ended"));
            }
            int status = answer.get().status();
            if (answer.get().refusesTheForm()) {
                return control(target, ProbeOutcome.passed("HTTP " + status));
            }
            return OF_WHO_ASKS.contains(status)
                    ? ProbeOutcome.unchecked("the server refuses who asks: HTTP " + status)
                    : ProbeOutcome.found("answered as if nothing were odd: HTTP " + status);
        });
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
        try (AuditTarget.Attempt attempt =
                target.handshake(target.upgrade().plus("Content-Length: 5").replacing("\r\n\r\n", "\r\n\r\naudit"))) {
            return attempt.isUpgraded()
                    ? ProbeOutcome.found("the handshake is accepted")
                    : attempt.isTurnedAway()
                            ? ProbeOutcome.unchecked("the server's limits answer first: " + attempt.seen())
                            : ProbeOutcome.passed("the handshake gets " + attempt.seen());
        }
    }
}
