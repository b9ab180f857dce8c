package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.HandshakeAttempt;
import dev.portcullis.client.selfaudit.attack.ProbedHandshake;
import dev.portcullis.client.selfaudit.attack.Reaction;
import dev.portcullis.client.selfaudit.attack.WireFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Frames that RFC 6455 forbids. A server that goes on behind one is read differently by who stands in front of it. */
final class FramingProbes {
    private static final String STRICT =
            "Close at what RFC 6455 sections 5 and 8.1 forbid; update the server's WebSocket library.";
    private static final List<Standard> SHOWS = List.of(
            Standard.SHEET_INPUT,
            Standard.SHEET_TRANSPORT,
            Standard.ASVS_2_2,
            Standard.HIPAA_INTEGRITY,
            Standard.GDPR_32_B);
    private static final int RSV1 = 0x40;
    private static final int RSV2 = 0x20;
    private static final int RESERVED_DATA = 0x3;
    private static final int RESERVED_CONTROL = 0xB;
    private static final int LONG_CONTROL = 126;
    private static final byte[] LETTER = {'a'};
    private static final byte[] NO_UTF8 = {'a', (byte) 0xC3, 0x28};
    private static final byte[] CODE_1005 = {0x03, (byte) 0xED};

    static final String NOT_ALIVE = "the connection ends before anything is wrong";

    /** Closes that name the frame as their reason (RFC 6455 section 7.4.1). */
    private static final List<Integer> OF_FRAMING = List.of(1002, 1007);

    /** Closes of this program's protocol for who has no session, which say nothing about a frame. */
    private static final List<Integer> OF_NO_SESSION = List.of(4001, 4002, 4003);

    private FramingProbes() {}

    static List<Probe> all() {
        return List.of(
                row(
                        "framing.unmasked",
                        "a frame without a mask is refused",
                        WireFrame.unmasked(WireFrame.FIN | WireFrame.PONG, LETTER)),
                row(
                        "framing.reserved_bits",
                        "a reserved bit that no extension gave a meaning is refused",
                        WireFrame.masked(WireFrame.FIN | RSV2 | WireFrame.PONG, LETTER)),
                row(
                        "framing.compressed",
                        "a compressed message is refused where compression was not agreed on",
                        WireFrame.masked(WireFrame.FIN | RSV1 | WireFrame.TEXT, LETTER)),
                row(
                        "framing.reserved_data",
                        "a kind of data that does not exist is refused",
                        WireFrame.masked(WireFrame.FIN | RESERVED_DATA, LETTER)),
                row(
                        "framing.reserved_control",
                        "a kind of control frame that does not exist is refused",
                        WireFrame.masked(WireFrame.FIN | RESERVED_CONTROL, LETTER)),
                row(
                        "framing.long_control",
                        "a control frame of more than 125 bytes is refused",
                        WireFrame.masked(WireFrame.FIN | WireFrame.PONG, new byte[LONG_CONTROL])),
                row(
                        "framing.divided_control",
                        "a divided control frame is refused",
                        WireFrame.masked(WireFrame.PONG, LETTER)),
                row(
                        "framing.lone_continuation",
                        "a continuation of nothing is refused",
                        WireFrame.masked(WireFrame.FIN | WireFrame.CONTINUATION, LETTER)),
                row(
                        "framing.interleaved",
                        "a message within the fragments of another is refused",
                        both(
                                WireFrame.masked(WireFrame.TEXT, LETTER),
                                WireFrame.masked(WireFrame.FIN | WireFrame.TEXT, LETTER))),
                row(
                        "framing.utf8",
                        "a text that is no UTF-8 is refused",
                        WireFrame.masked(WireFrame.FIN | WireFrame.TEXT, NO_UTF8)),
                row(
                        "framing.utf8_divided",
                        "a text whose fragments are no UTF-8 together is refused",
                        both(
                                WireFrame.masked(WireFrame.TEXT, new byte[] {(byte) 0xE2, (byte) 0x82}),
                                WireFrame.masked(WireFrame.FIN | WireFrame.CONTINUATION, new byte[] {0x28}))),
                row(
                        "framing.close_code",
                        "a close code that may not be sent is refused",
                        WireFrame.masked(WireFrame.FIN | WireFrame.CLOSE, CODE_1005)));
    }

    private static Probe row(String id, String title, byte[] bytes) {
        return new Probe(
                id, ProbeArea.FRAMING, Grade.WARNING, title, STRICT, SHOWS, target -> provoked(target, id, bytes));
    }

    private static ProbeOutcome provoked(AuditTarget target, String id, byte[] bytes) throws IOException {
        try (HandshakeAttempt attempt = connect(target, id)) {
            if (!attempt.isUpgraded()) {
                return ProbeOutcome.unchecked("a handshake in which nothing is wrong gets " + attempt.seen());
            }
            if (target.control().isPortcullis() && isUser(target)) {
                Optional<String> unused = attempt.socket().text(text -> Sessions.isOf(text, "auth_success"));
            }
            if (!isAlive(attempt)) {
                return ProbeOutcome.unchecked(NOT_ALIVE);
            }
            Reaction reaction = attempt.socket().provoke(bytes);
            boolean isUsual = target.control().toText().filter(reaction::endsAs).isPresent();
            return isUsual && !isOfFraming(reaction)
                    ? ProbeOutcome.unchecked("the connection ends as behind a text in which nothing is wrong")
                    : judged(reaction);
        }
    }

    /** Whether the connection stays open behind a ping: who ends each connection refuses nothing by that. */
    static boolean isAlive(HandshakeAttempt attempt) throws IOException {
        return !attempt.socket().provoke(new byte[0]).isOver();
    }

    private static boolean isOfFraming(Reaction reaction) {
        return reaction.fold(() -> false, OF_FRAMING::contains, () -> false, () -> false);
    }

    private static boolean isUser(AuditTarget target) {
        return target.users().first().isPresent();
    }

    /** As a user where there is one: a server may refuse each text of those who have no session. */
    static HandshakeAttempt connect(AuditTarget target, String id) throws IOException {
        ProbedHandshake usual = target.upgrade();
        return target.handshake(target.users()
                .any(id.replace('.', '-').replace('_', '-'))
                .map(usual::withToken)
                .orElse(usual));
    }

    /** What a reaction says about bytes that a server must not take. */
    private static ProbeOutcome judged(Reaction reaction) {
        return reaction.fold(
                () -> ProbeOutcome.found("the connection goes on"),
                code -> OF_NO_SESSION.contains(code)
                        ? ProbeOutcome.unchecked("closed " + code + ", which is for want of a session; give a user")
                        : code == 1005 || code == 1000
                                ? ProbeOutcome.found("closed as if nothing were wrong")
                                : ProbeOutcome.passed("closed " + code),
                () -> ProbeOutcome.passed("the connection is ended"),
                () -> ProbeOutcome.unchecked("neither a close nor an answer in time"));
    }

    static byte[] both(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }

    /** Several times the same bytes. */
    static byte[] times(int count, byte[] bytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
