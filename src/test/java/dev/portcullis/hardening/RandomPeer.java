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

/**
 * Sends random frames, each followed by a ping of its own: one connection's frames are answered in order, so what comes
 * before that ping's answer is the answer to the frame.
 */
final class RandomPeer {
    private static final int TEXT = 0x1;
    private static final int PONG = 0xA;
    private static final int MOST_BYTES = 65_536;
    private static final List<FrameType> TYPES = List.of(FrameType.values());
    private static final List<Breach> BREACHES = List.of(Breach.values());
    private static final List<String> ROOMS = List.of("lobby", "room-1");

    private final TestNode node;
    private final String user;
    private final Random random;
    private final FrameMaker maker;
    private final FrameSpoiler spoiler;
    private final Mangler mangler;
    private final Set<Breach> committed = EnumSet.noneOf(Breach.class);
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
        this.mangler = new Mangler(random);
        connect();
    }

    /** @return the breaches of framing that were committed on the way */
    Set<Breach> send(int frames) {
        try {
            for (int i = 0; i < frames; i++) {
                if (i % 25 == 24) {
                    breach(BREACHES.get(i / 25 % BREACHES.size()));
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
            case 0 -> exchange(text, Expected.sound(type, id, frame));
            case 1 -> {
                Map.Entry<String, String> wrong = mangler.refusable(text);
                exchange(wrong.getKey(), Expected.refused(wrong.getKey(), wrong.getValue()));
            }
            case 2 -> {
                String spoiled = JsonText.print(spoiler.spoil(frame));
                exchange(spoiled, Expected.spoiled(spoiled));
            }
            default -> {
                String mangled = mangler.mangle(text);
                exchange(mangled, Expected.mangled(mangled));
            }
        }
    }

    private void exchange(String text, Expected expected) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES) { // larger ones are a breach
            expected.judge(answersTo(text));
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
            if (!"chat".equals(next.getString("type"))) {
                answers.add(next);
            }
        }
    }

    private void breach(Breach breach) {
        awaitPongs();
        breach.commit(peer);
        committed.add(breach);
        int code = closeCode(breach);
        assertThat(code).as(breach.name()).isEqualTo(breach.code());
        peer.close();
        connect();
    }

    /** Who is cut off for a large frame hears why before. */
    private int closeCode(Breach breach) {
        boolean told = false;
        for (RawPeer.Frame frame = peer.read(); ; frame = peer.read()) {
            if (frame.opcode() == TEXT) {
                told |= "message_too_large".equals(new JsonObject(frame.text()).getString("reason"));
            } else if (frame.opcode() == 8) {
                assertThat(told).isEqualTo(breach == Breach.TOO_LARGE);
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
