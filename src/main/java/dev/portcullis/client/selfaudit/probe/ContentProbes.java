package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.RawSocket;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** What a message becomes that is meant to do more than to be read. It is written to a room of the audit's own. */
final class ContentProbes {
    private static final String SAFE =
            "Set content.policy to allowlist or escape, and put content into pages as it is delivered.";
    private static final String FORM =
            "Judge each frame by its schema before it is used, with a parser that refuses what is ambiguous.";
    private static final List<Standard> MARKUP = List.of(Standard.ASVS_1_2, Standard.SHEET_INPUT, Standard.PCI_6_2);
    private static final List<Standard> SCHEMA =
            List.of(Standard.ASVS_2_2, Standard.SHEET_INPUT, Standard.HIPAA_INTEGRITY);
    private static final List<Standard> PARSER = List.of(Standard.ASVS_1_5, Standard.SHEET_INPUT, Standard.PCI_6_2);
    private static final int DEEP = 40;

    private ContentProbes() {}

    static List<Probe> all() {
        return List.of(
                delivered(
                        "content.script",
                        "a script in a message does not reach a page",
                        "<script>alert(1)</script>audit",
                        text -> text.contains("<script")),
                delivered(
                        "content.handler",
                        "a handler in an element of a message does not reach a page",
                        "<img src=x onerror=alert(1)>audit",
                        text -> text.contains("<img")),
                delivered(
                        "content.link",
                        "a link of a message that is a script does not reach a page",
                        "<a href=\"javascript:alert(1)\">audit</a>",
                        text -> text.contains("<a ")),
                delivered(
                        "content.bidi",
                        "letters that reverse the text around them are taken out",
                        "audit\u202Egnp.exe",
                        text -> text.contains("\u202e")),
                refused(
                        "content.control",
                        Grade.WARNING,
                        "control characters are refused",
                        SCHEMA,
                        room -> chat(room).put("content", "a\u0000b\u001b[2J").encode()),
                refused(
                        "content.spoofed_user",
                        Grade.FAILURE,
                        "a frame can't name another sender",
                        SCHEMA,
                        room -> chat(room).put("userId", "somebody-else").encode()),
                refused(
                        "content.unknown_field",
                        Grade.WARNING,
                        "a field that has no meaning is refused",
                        SCHEMA,
                        room -> chat(room).put("audit", true).encode()),
                refused(
                        "content.prototype",
                        Grade.FAILURE,
                        "a key that changes prototypes is refused",
                        PARSER,
                        room -> chat(room)
                                .put("__proto__", new JsonObject().put("admin", true))
                                .encode()),
                refused(
                        "content.twice",
                        Grade.WARNING,
                        "a key that is there twice is refused",
                        PARSER,
                        room -> "{\"type\":\"chat\",\"roomId\":\"x\",\"roomId\":\"" + room.id()
                                + "\",\"content\":\"audit\"}"),
                refused(
                        "content.deep",
                        Grade.WARNING,
                        "deep nesting is refused",
                        PARSER,
                        room -> "{\"type\":\"chat\",\"roomId\":\"" + room.id()
                                + "\",\"content\":\"audit\",\"timestamp\":" + "[".repeat(DEEP) + "]".repeat(DEEP)
                                + "}"));
    }

    private static JsonObject chat(PrivateRoom room) {
        return new JsonObject().put("type", "chat").put("roomId", room.id()).put("content", "audit");
    }

    /** A message, and what it must not be any more when it is delivered. */
    private static Probe delivered(String id, String title, String content, Predicate<String> harm) {
        return new Probe(
                id,
                ProbeArea.CONTENT,
                Grade.FAILURE,
                title,
                SAFE,
                MARKUP,
                target -> inRoom(
                        target,
                        id,
                        (socket, room) -> socket.ask(
                                        chat(room).put("content", content).encode(),
                                        text -> Sessions.isOf(text, "chat") || isRefusal(text))
                                .map(text -> isRefusal(text)
                                        ? refused(text)
                                        : harm.test(Sessions.json(text)
                                                        .getString("content", "")
                                                        .toLowerCase(Locale.ROOT))
                                                ? ProbeOutcome.found("delivered as it was sent")
                                                : ProbeOutcome.passed("delivered as "
                                                        + Sessions.json(text).getString("content", "")))
                                .orElseGet(() -> ProbeOutcome.unchecked("neither a delivery nor a refusal in time"))));
    }

    /** Makes the text of a frame. */
    @FunctionalInterface
    private interface FrameText {
        String in(PrivateRoom room);
    }

    private static Probe refused(String id, Grade worst, String title, List<Standard> shows, FrameText frame) {
        return new Probe(
                id,
                ProbeArea.CONTENT,
                worst,
                title,
                FORM,
                shows,
                target -> inRoom(target, id, (socket, room) -> {
                    Optional<String> usual = answer(socket, chat(room).encode());
                    if (usual.filter(text -> Sessions.isOf(text, "ack")).isEmpty()) {
                        return ProbeOutcome.unchecked("a message in which nothing is wrong gets "
                                + usual.map(ContentProbes::reason).orElse("no answer"));
                    }
                    Optional<String> answer = answer(socket, frame.in(room));
                    if (answer.isEmpty()) {
                        return Sessions.isOver(socket)
                                ? ProbeOutcome.passed("the connection is ended")
                                : ProbeOutcome.unchecked("neither an ack nor a refusal in time");
                    }
                    return Sessions.isOf(answer.get(), "ack") ? ProbeOutcome.found("accepted") : refused(answer.get());
                }));
    }

    private static Optional<String> answer(RawSocket socket, String frame) throws IOException {
        return socket.ask(frame, text -> Sessions.isOf(text, "ack") || isRefusal(text));
    }

    /** A limit or an outage says nothing about what was sent. */
    private static ProbeOutcome refused(String text) {
        return Sessions.OF_THE_SERVER.contains(reason(text))
                ? ProbeOutcome.unchecked("the server can't judge it now: " + reason(text))
                : ProbeOutcome.passed("refused: " + reason(text));
    }

    /** What is done in a room in which the audit's user is. */
    @FunctionalInterface
    private interface Deed {
        ProbeOutcome in(RawSocket socket, PrivateRoom room) throws IOException;
    }

    private static ProbeOutcome inRoom(AuditTarget target, String id, Deed deed) throws IOException {
        return Sessions.then(
                PrivateRoom.make(target, id),
                room -> Sessions.then(Sessions.open(target, Optional.of(room.owner()), Sessions.NO_USER), socket -> {
                    boolean isJoined = socket.ask(
                                    new JsonObject()
                                            .put("type", "join")
                                            .put("roomId", room.id())
                                            .encode(),
                                    text -> Sessions.isOf(text, "joined") || isRefusal(text))
                            .filter(text -> Sessions.isOf(text, "joined"))
                            .isPresent();
                    return isJoined
                            ? deed.in(socket, room)
                            : ProbeOutcome.unchecked("the audit's user can't join its own room");
                }));
    }

    private static boolean isRefusal(String text) {
        return Sessions.isOf(text, "error") || Sessions.isOf(text, "rate_limited");
    }

    private static String reason(String text) {
        return Sessions.json(text).getString("reason", "rate_limited");
    }
}
