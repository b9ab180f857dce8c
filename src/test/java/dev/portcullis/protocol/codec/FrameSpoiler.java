package dev.portcullis.protocol.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes frames invalid in various ways, from a seed. */
public final class FrameSpoiler {
    private static final String[] SPECIAL_KEYS = {
        "__proto__", "constructor", "prototype", "proto", "", "a/b~c", "TYPE", "roomID", "\ud800", "x".repeat(80)
    };
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "1",
        "-1",
        "1.0",
        "0.5",
        "1e2",
        "1E400",
        "-1e400",
        "100",
        "101",
        "200",
        "201",
        "9007199254740991",
        "9007199254740992",
        "9007199254740993",
        "9007199254740991.0",
        "9007199254740992.0",
        "999999999999999999",
        "1000000000000000000",
        "-9223372036854775808",
        "9223372036854775808",
        "123456789012345678901234567890",
        "1e30",
        "-0.0",
        "1e-400",
        "0.0",
        "5e-1",
        "50e-1"
    };

    private final Random random;
    private final FrameMaker maker;

    public FrameSpoiler(Random random, FrameMaker maker) {
        this.random = random;
        this.maker = maker;
    }

    /** Changes the frame somewhere; it may stay valid. */
    public Map<String, Object> spoil(Map<String, Object> frame) {
        Map<String, Object> at = frame;
        while (maker.chance(2) && anyObjectIn(at) instanceof Map<?, ?> inner) {
            at = cast(inner);
        }
        List<String> keys = new ArrayList<>(at.keySet());
        String key = keys.isEmpty() ? "x" : maker.pick(keys.toArray(String[]::new));
        switch (random.nextInt(9)) {
            case 0 -> at.remove(key);
            case 1 -> at.put(otherKey(), value());
            case 2 -> at.put(key, value());
            case 3 -> at.put(key, new JsonText.Literal(maker.pick(NUMBERS)));
            case 4 -> at.put(key, nearABound(at.getOrDefault(key, true)));
            case 5 -> at.put(key, nested(1 + random.nextInt(11)));
            case 6 -> stretchLists(frame);
            case 7 -> addValidField(frame);
            default -> at.put(otherKey(), at.getOrDefault(key, true));
        }
        return frame;
    }

    private Object anyObjectIn(Map<String, Object> map) {
        List<Object> inner = new ArrayList<>();
        for (Object value : map.values()) {
            if (value instanceof Map<?, ?>) {
                inner.add(value);
            } else if (value instanceof List<?> list) {
                list.stream().filter(item -> item instanceof Map<?, ?>).forEach(inner::add);
            }
        }
        return inner.isEmpty() ? "none" : inner.get(random.nextInt(inner.size()));
    }

    @SuppressWarnings("unchecked") // every map of the tree original made here
    static Map<String, Object> cast(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private String otherKey() {
        return maker.chance(2)
                ? maker.pick(SPECIAL_KEYS)
                : maker.pick(new String[] {
                    "id",
                    "roomId",
                    "recipientId",
                    "content",
                    "since",
                    "rooms",
                    "presence",
                    "before",
                    "after",
                    "limit",
                    "seq",
                    "epoch",
                    "inbox",
                    "attachments",
                    "userId",
                    "isTyping",
                    "zzz",
                    "timestamp",
                    "csrfToken",
                    "name"
                });
    }

    private Object value() {
        return switch (random.nextInt(12)) {
            case 0 -> new JsonText.Literal("null");
            case 1 -> maker.chance(2);
            case 2 -> new JsonText.Literal(maker.pick(NUMBERS));
            case 3 -> "";
            case 4 -> maker.text(1, 300) + (maker.chance(2) ? "\ud800" : "\udfff");
            case 5 -> new LinkedHashMap<String, Object>(Map.of(otherKey(), new JsonText.Literal(maker.pick(NUMBERS))));
            case 6 -> maker.many(random.nextInt(3), this::value);
            case 7 -> maker.roomJoins(98 + random.nextInt(5));
            case 8 -> maker.many(9 + random.nextInt(3), maker::attachment);
            case 9 -> maker.roomId() + "\n";
            case 10 -> maker.uuid();
            default -> maker.text(0, 20);
        };
    }

    /** A string one character longer or shorter than some bound, or with one invalid character. */
    private Object nearABound(Object original) {
        if (!(original instanceof String text)) {
            return maker.position();
        }
        int[] bounds = {1, 32, 36, 64, 127, 128, 255, 256, 1_000, 2_048, 5_000, 16_384};
        int length = bounds[random.nextInt(bounds.length)] + random.nextInt(3) - 1;
        return switch (random.nextInt(6)) {
            case 0 -> "a".repeat(length);
            case 1 -> "👋".repeat(length);
            case 2 -> text + maker.pick(FrameMaker.CHARS);
            case 3 -> maker.pick(FrameMaker.CHARS) + text;
            case 4 -> "https://" + "a".repeat(Math.max(0, length - 8));
            default -> text.isEmpty() ? "\udfff" : text.substring(1);
        };
    }

    private void stretchLists(Map<String, Object> frame) {
        int[] bounds = {0, 10, 11, 100, 101};
        int length = bounds[random.nextInt(bounds.length)];
        if (frame.containsKey("attachments")) {
            frame.put("attachments", maker.many(length, maker::attachment));
        } else if (!frame.containsKey("roomId") || maker.chance(4)) {
            frame.put("rooms", maker.chance(2) ? maker.roomJoins(length) : oneRoomTwice(Math.max(2, length)));
        }
    }

    /** Two items for one room, equal or with another {@code since}. */
    private List<Object> oneRoomTwice(int length) {
        List<Object> rooms = maker.roomJoins(length - 1);
        Map<String, Object> again = new LinkedHashMap<>(cast((Map<?, ?>) rooms.get(random.nextInt(rooms.size()))));
        if (maker.chance(2)) {
            again.put("since", maker.position());
        }
        rooms.add(random.nextInt(length), again);
        return rooms;
    }

    /** A field that is valid by itself, but perhaps not in this frame. */
    private void addValidField(Map<String, Object> frame) {
        switch (random.nextInt(4)) {
            case 0 -> frame.put(maker.chance(2) ? "before" : "after", maker.seq());
            case 1 -> frame.put(maker.chance(2) ? "roomId" : "recipientId", maker.roomId());
            case 2 -> frame.put("since", maker.position());
            default -> frame.put("presence", true);
        }
    }

    private Object nested(int levels) {
        Object value = maker.chance(2) ? "x" : new JsonText.Literal("1");
        for (int i = 0; i < levels; i++) {
            Object inner = value;
            value = maker.chance(2) ? maker.many(1, () -> inner) : new LinkedHashMap<>(Map.of(otherKey(), inner));
        }
        return value;
    }
}
