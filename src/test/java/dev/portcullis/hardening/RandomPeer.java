package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.codec.FrameMaker;
import dev.portcullis.protocol.codec.FrameSpoiler;
import dev.portcullis.protocol.codec.JsonText;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Sends random frames, each followed by a ping. Frames of one connection are answered in order, so everything before the
 * pong answers the frame.
 */
final class RandomPeer {
    private static final int TEXT = 0x1;
    private static final int PONG = 0xA;
    private static final int MOST_BYTES = 65_536;
    private static final List<FrameType> TYPES = Stream.of(FrameType.values())
            .filter(type -> type != FrameType.TOKEN_REFRESH) // a token of chance ends the connection
            .toList();
    private static final List<FramingViolation> VIOLATIONS = List.of(FramingViolation.values());
    private static final List<String> ROOMS = List.of("lobby", "room-1");

    private final TestNode node;
    private final String user;
    private final Random random;
    private final FrameMaker maker;
    private final FrameSpoiler spoiler;
    private final FrameMutator mutator;
    /** What members get because of other frames. */
    private static final Set<String> UNASKED = Set.of(
            "chat",
            "chat_message",
            "message_edited",
            "message_deleted",
            "notification",
            "presence_change",
            "read",
            "typing_indicator");

    private final Set<FramingViolation> committed = EnumSet.noneOf(FramingViolation.class);
    private RawPeer peer;
    private Fragments fragments;
    private int pongs;
    private int count;

    RandomPeer(TestNode node, String user, Random random) {
        this.node = node;
        this.user = user;
        this.random = random;
        this.maker = new FrameMaker(random, 3);
        this.spoiler = new FrameSpoiler(random, maker);
        this.mutator = new FrameMutator(random);
        connect();
    }

    /** @return the violations that were sent among the frames */
    Set<FramingViolation> send(int frames) {
        try {
            for (int i = 0; i < frames; i++) {
                if (i % 25 == 24) {
                    violate(VIOLATIONS.get(i / 25 % VIOLATIONS.size()));
                } else {
                    exchange();
                }
            }
            awaitPongs();
        } finally {
            peer.close();
        }
        return committed;
    }

    private void connect() {
        peer = RawPeer.to(node.port());
        assertThat(peer.upgrade("Sec-WebSocket-Protocol: portcullis.v1, bearer." + node.token(user))
                        .status())
                .isEqualTo(101);
        fragments = new Fragments(peer, random);
        pongs = 0;
        assertThat(frame().getString("type")).isEqualTo("auth_success");
    }

    private void exchange() {
        FrameType type = TYPES.get(random.nextInt(TYPES.size()));
        Map<String, Object> frame = maker.valid(type);
        String id = user + "-" + count++;
        frame.put("id", id);
        if (frame.containsKey("roomId") && random.nextInt(3) > 0) {
            frame.put("roomId", ROOMS.get(random.nextInt(ROOMS.size())));
        }
        String text = JsonText.print(frame);
        switch (random.nextInt(4)) {
            case 0 -> exchange(text, ExpectedAnswers.toValid(type, id, frame));
            case 1 -> {
                Map.Entry<String, String> wrong = mutator.invalidate(text);
                exchange(wrong.getKey(), ExpectedAnswers.toInvalid(wrong.getKey(), wrong.getValue()));
            }
            case 2 -> {
                String spoiled = JsonText.print(spoiler.spoil(frame));
                exchange(spoiled, ExpectedAnswers.toJson(spoiled));
            }
            default -> {
                String mangled = mutator.mutate(text);
                exchange(mangled, ExpectedAnswers.toText(mangled));
            }
        }
    }

    private void exchange(String text, ExpectedAnswers expected) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES) { // larger ones are closed 1009
            expected.check(answersTo(text));
        }
    }

    private List<JsonObject> answersTo(String text) {
        String marker = "after-" + count++;
        fragments.send(text.getBytes(StandardCharsets.UTF_8));
        fragments.send(("{\"type\":\"ping\",\"id\":\"" + marker + "\"}").getBytes(StandardCharsets.UTF_8));
        List<JsonObject> answers = new ArrayList<>();
        while (true) {
            JsonObject next = frame();
            if (marker.equals(next.getString("id"))) {
                assertThat(next.getString("type")).isEqualTo("pong");
                return answers;
            }
            if (!UNASKED.contains(next.getString("type"))) {
                answers.add(next);
            }
        }
    }

    private void violate(FramingViolation violation) {
        awaitPongs();
        violation.sendTo(peer);
        committed.add(violation);
        int code = closeCode(violation);
        assertThat(code).as(violation.name()).isEqualTo(violation.code());
        peer.close();
        connect();
    }

    /** A large frame is answered with an error before the close. */
    private int closeCode(FramingViolation violation) {
        boolean told = false;
        for (RawPeer.Frame frame = peer.read(); ; frame = peer.read()) {
            if (frame.opcode() == TEXT) {
                told |= "message_too_large".equals(new JsonObject(frame.text()).getString("reason"));
            } else if (frame.opcode() == 8) {
                assertThat(told).isEqualTo(violation == FramingViolation.TOO_LARGE);
                return frame.closeCode();
            }
        }
    }

    private void awaitPongs() {
        while (pongs < fragments.pings()) {
            read();
        }
    }

    /** The next text frame. */
    private JsonObject frame() {
        while (true) {
            RawPeer.Frame frame = read();
            if (frame.opcode() == TEXT) {
                return new JsonObject(frame.text());
            }
        }
    }

    private RawPeer.Frame read() {
        RawPeer.Frame frame = peer.read();
        assertThat(frame.last()).isTrue();
        assertThat(frame.opcode())
                .as(frame.opcode() == 8 ? "closed " + frame.closeCode() : "opcode")
                .isIn(TEXT, PONG);
        if (frame.opcode() == PONG) {
            assertThat(frame.text()).isEqualTo("p" + pongs++);
        }
        return frame;
    }
}
