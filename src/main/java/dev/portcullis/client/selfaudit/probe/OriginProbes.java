package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.HandshakeAttempt;
import dev.portcullis.client.selfaudit.attack.ProbedHandshake;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Which pages may connect (CWE-1385), and what counts as a handshake at all (RFC 6455 section 4.2.1). */
final class OriginProbes {
    private static final String FOREIGN = "https://audit.invalid";
    private static final String LIST = "Allow exact origins only: origin.allowed, and origin.missing = reject.";
    private static final String NO_HANDSHAKE =
            "Refuse what RFC 6455 section 4.2.1 does not call a handshake; put the server behind no proxy that repairs it.";
    private static final List<Standard> ORIGIN = List.of(Standard.ASVS_4_4_2, Standard.SHEET_ORIGIN, Standard.PCI_6_2);
    private static final List<Standard> HANDSHAKE = List.of(Standard.SHEET_TRANSPORT, Standard.PCI_6_2);

    private OriginProbes() {}

    static List<Probe> all() {
        return List.of(
                new Probe(
                        "handshake.accepted",
                        ProbeArea.ORIGIN,
                        Grade.WARNING,
                        "a well-behaved client is let in",
                        "Give --origin with an origin that the server allows, or the address behind the proxy that ends TLS.",
                        List.of(),
                        OriginProbes::accepted),
                origin("origin.foreign", "a page of another site is refused", target -> FOREIGN),
                origin("origin.null", "a sandboxed page, whose Origin is null, is refused", target -> "null"),
                origin(
                        "origin.suffix",
                        "a host that only begins like an allowed one is refused",
                        target -> suffixed(allowed(target))),
                origin(
                        "origin.prefix",
                        "a host that only ends like an allowed one is refused",
                        target -> prefixed(allowed(target))),
                origin(
                        "origin.userinfo",
                        "an allowed host in front of an @ is refused",
                        target -> misread(allowed(target))),
                origin(
                        "origin.plain",
                        "a page that came without TLS is refused where the allowed one has it",
                        target -> allowed(target).replace("https://", "http://")),
                changed(
                        "origin.missing",
                        Grade.WARNING,
                        "a client without an Origin is refused",
                        LIST,
                        ORIGIN,
                        ProbedHandshake::withoutOrigin),
                changed(
                        "origin.twice",
                        Grade.WARNING,
                        "two Origins are refused",
                        LIST,
                        ORIGIN,
                        request -> request.plus("Origin: " + FOREIGN)),
                changed(
                        "handshake.version",
                        Grade.WARNING,
                        "an old version of the protocol is refused",
                        NO_HANDSHAKE,
                        HANDSHAKE,
                        request -> request.replacing("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8")),
                changed(
                        "handshake.key",
                        Grade.WARNING,
                        "a key that is not 16 bytes is refused",
                        NO_HANDSHAKE,
                        HANDSHAKE,
                        request -> request.replacing("Sec-WebSocket-Key: ", "Sec-WebSocket-Key: AAAA")),
                new Probe(
                        "handshake.subprotocol",
                        ProbeArea.ORIGIN,
                        Grade.WARNING,
                        "no subprotocol is agreed on that the client did not offer",
                        "Answer with a subprotocol of the server's own list, or with none.",
                        HANDSHAKE,
                        OriginProbes::subprotocol));
    }

    private static Probe origin(String id, String title, Function<AuditTarget, String> origin) {
        return new Probe(id, ProbeArea.ORIGIN, Grade.FAILURE, title, LIST, ORIGIN, target -> {
            String presented = origin.apply(target);
            if (target.scope().origin().filter(presented::equals).isPresent()) {
                return ProbeOutcome.unchecked("the allowed origin has no such variant");
            }
            if (target.scope().origin().isEmpty() && !presented.equals(FOREIGN) && !presented.equals("null")) {
                return ProbeOutcome.unchecked("no allowed origin is known; give --origin or --config");
            }
            return refused(target, target.upgrade().withOrigin(presented), "Origin " + presented);
        });
    }

    private static Probe changed(
            String id,
            Grade worst,
            String title,
            String fix,
            List<Standard> shows,
            UnaryOperator<ProbedHandshake> change) {
        return new Probe(id, ProbeArea.ORIGIN, worst, title, fix, shows, target -> {
            ProbedHandshake usual = target.upgrade();
            if (id.equals("origin.twice") && usual.origin().isEmpty()) {
                return ProbeOutcome.unchecked("no allowed origin is known; give --origin or --config");
            }
            return refused(target, change.apply(usual), "the handshake");
        });
    }

    private static String suffixed(String allowed) {
        return allowed + ".audit.invalid";
    }

    private static String prefixed(String allowed) {
        return allowed.replace("://", "://evil");
    }

    private static String misread(String allowed) {
        return allowed + "@audit.invalid";
    }

    /** Origins that a bad comparison takes for this one. */
    static List<String> lookAlikes(String allowed) {
        return List.of(suffixed(allowed), prefixed(allowed));
    }

    private static String allowed(AuditTarget target) {
        return target.scope().origin().orElse("");
    }

    /** Judges a change only where the unchanged handshake is accepted. */
    private static ProbeOutcome refused(AuditTarget target, ProbedHandshake changed, String what) throws IOException {
        try (HandshakeAttempt attempt = target.uncounted(changed)) {
            if (attempt.isUpgraded()) {
                return ProbeOutcome.found(what + " is accepted");
            }
            if (attempt.saysNothing()) {
                return ProbeOutcome.unchecked("the server's limits or faults answer first: " + attempt.seen());
            }
            Optional<String> control = target.controlNow().refusal();
            return control.isPresent()
                    ? ProbeOutcome.unchecked(control.get())
                    : ProbeOutcome.passed(what + " gets " + attempt.seen());
        }
    }

    private static ProbeOutcome accepted(AuditTarget target) throws IOException {
        Optional<String> refusal = target.control().refusal();
        return refusal.isPresent() ? ProbeOutcome.found(refusal.get()) : ProbeOutcome.passed("a handshake is accepted");
    }

    private static ProbeOutcome subprotocol(AuditTarget target) throws IOException {
        ProbedHandshake request =
                target.upgrade().replacing("Sec-WebSocket-Protocol: ", "Sec-WebSocket-Protocol: audit.invalid, ");
        try (HandshakeAttempt attempt = target.handshake(request)) {
            if (!attempt.isUpgraded()) {
                return ProbeOutcome.unchecked("the handshake is answered " + attempt.seen());
            }
            Optional<String> agreed = attempt.answer().flatMap(answer -> answer.header("Sec-WebSocket-Protocol"));
            return agreed.filter("audit.invalid"::equals).isPresent()
                    ? ProbeOutcome.found("the server agrees on a subprotocol that it can't know")
                    : ProbeOutcome.passed(
                            agreed.map(name -> "agrees on " + name).orElse("agrees on none"));
        }
    }
}
