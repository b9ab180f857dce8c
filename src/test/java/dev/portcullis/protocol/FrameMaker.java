package dev.portcullis.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes frames from a seed: trees of maps, lists, strings, booleans, null and numbers as they are written. */
final class FrameMaker {
    /** A number, or anything else that is to be printed as it is. */
    record Literal(String text) {}

    private static final String NAME_CHARS = "abcXYZ019";
    private static final String[] CHARS = {"a", "Z", "0", " ", "\n", "\"", "\\", "/", "é", "€", "👋", "\u2028", "\u0000"
    };
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
    private final int optionalOneIn;

    /** @param optionalOneIn of how many frames one has some optional field; 1 for frames that have them all */
    FrameMaker(Random random, int optionalOneIn) {
        this.random = random;
        this.optionalOneIn = optionalOneIn;
    }

    Map<String, Object> valid(FrameType type) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("type", type.word());
        maybe(frame, "id", name("_-", 64, 0));
        maybe(frame, "csrfToken", text(1, 128));
        maybe(frame, "timestamp", new Literal(chance(2) ? "1.25e3" : "1700000000000"));
        fill(frame, type);
        return frame;
    }

    private void fill(Map<String, Object> frame, FrameType type) {
        switch (type) {
            case AUTH -> {
                frame.put("token", text(0, 40));
                maybe(frame, "resume", new LinkedHashMap<>(Map.of("inbox", position())));
            }
            case TOKEN_REFRESH -> frame.put("token", text(0, 40));
            case JOIN -> {
                if (chance(2)) {
                    roomJoin(frame);
                } else {
                    frame.put("rooms", many(1 + random.nextInt(4), () -> roomJoin(new LinkedHashMap<>())));
                }
            }
            case LEAVE -> frame.put("roomId", roomId());
            case CHAT -> said(frame, "roomId", roomId(), 1_000);
            case CHAT_MESSAGE -> said(frame, "recipientId", userId(), 5_000);
            case EDIT_MESSAGE -> {
                target(frame);
                frame.put("messageId", uuid());
                frame.put("content", text(1, frame.containsKey("roomId") ? 1_000 : 5_000));
            }
            case DELETE_MESSAGE -> target(frame).put("messageId", uuid());
            case TYPING_INDICATOR -> target(frame).put("isTyping", chance(2));
            case READ -> {
                frame.put("roomId", roomId());
                frame.put("seq", seq());
            }
            case HISTORY -> {
                maybe(target(frame), chance(2) ? "before" : "after", seq());
                maybe(frame, "limit", new Literal(chance(2) ? "1" : "100"));
            }
            case PRESENCE -> {
                frame.put("roomId", roomId());
                maybe(frame, "after", userId());
                maybe(frame, "limit", new Literal(chance(2) ? "1" : "200"));
            }
            case REMOVE_USER -> {
                frame.put("roomId", roomId());
                frame.put("userId", userId());
                maybe(frame, "reason", text(0, 256));
            }
            case SYSTEM_BROADCAST -> frame.put("content", text(1, 1_000));
            case ACK -> frame.put("inboxSeq", seq());
            case FILE_UPLOAD -> {
                target(frame).put("name", text(1, 255));
                frame.put("size", new Literal(chance(2) ? "1" : "9007199254740991"));
                frame.put("mime", chance(2) ? "image/svg+xml" : "a/" + "b".repeat(125));
            }
            case PING, HEALTH_CHECK -> {}
        }
    }

    /** Spoils the frame somewhere, or only seems to. */
    Map<String, Object> mutate(Map<String, Object> frame) {
        Map<String, Object> at = frame;
        while (chance(2) && anyObjectIn(at) instanceof Map<?, ?> inner) {
            at = cast(inner);
        }
        List<String> keys = new ArrayList<>(at.keySet());
        String key = keys.isEmpty() ? "x" : pick(keys.toArray(String[]::new));
        switch (random.nextInt(9)) {
            case 0 -> at.remove(key);
            case 1 -> at.put(otherKey(), value());
            case 2 -> at.put(key, value());
            case 3 -> at.put(key, new Literal(pick(NUMBERS)));
            case 4 -> at.put(key, atTheEdge(at.getOrDefault(key, true)));
            case 5 -> at.put(key, nested(1 + random.nextInt(11)));
            case 6 -> stretchLists(frame);
            case 7 -> addSound(frame);
            default -> at.put(otherKey(), at.getOrDefault(key, true));
        }
        return frame;
    }

    static String print(Object value) {
        StringBuilder out = new StringBuilder();
        print(value, out);
        return out.toString();
    }

    private static void print(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            String comma = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(comma);
                print(entry.getKey(), out);
                out.append(':');
                print(entry.getValue(), out);
                comma = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            String comma = "[";
            for (Object item : list) {
                out.append(comma);
                print(item, out);
                comma = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String text) {
            out.append('"');
            text.chars()
                    .forEach(c -> out.append(
                            c >= ' ' && c < 0x7f && c != '"' && c != '\\'
                                    ? String.valueOf((char) c)
                                    : "\\u%04x".formatted(c)));
            out.append('"');
        } else {
            out.append(value instanceof Literal literal ? literal.text() : String.valueOf(value));
        }
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

    @SuppressWarnings("unchecked") // every map of the tree was made here
    static Map<String, Object> cast(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private String otherKey() {
        return chance(2)
                ? pick(SPECIAL_KEYS)
                : pick(new String[] {
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
            case 0 -> new Literal("null");
            case 1 -> chance(2);
            case 2 -> new Literal(pick(NUMBERS));
            case 3 -> "";
            case 4 -> text(1, 300) + (chance(2) ? "\ud800" : "\udfff");
            case 5 -> new LinkedHashMap<String, Object>(Map.of(otherKey(), new Literal(pick(NUMBERS))));
            case 6 -> many(random.nextInt(3), this::value);
            case 7 -> many(98 + random.nextInt(5), () -> roomJoin(new LinkedHashMap<>()));
            case 8 -> many(9 + random.nextInt(3), this::attachment);
            case 9 -> roomId() + "\n";
            case 10 -> uuid();
            default -> text(0, 20);
        };
    }

    /** A string one longer or shorter than some bound, or with one character that does not belong. */
    private Object atTheEdge(Object was) {
        if (!(was instanceof String text)) {
            return position();
        }
        int[] bounds = {1, 32, 36, 64, 127, 128, 255, 256, 1_000, 2_048, 5_000, 16_384};
        int length = bounds[random.nextInt(bounds.length)] + random.nextInt(3) - 1;
        return switch (random.nextInt(6)) {
            case 0 -> "a".repeat(length);
            case 1 -> "👋".repeat(length);
            case 2 -> text + pick(CHARS);
            case 3 -> pick(CHARS) + text;
            case 4 -> "https://" + "a".repeat(Math.max(0, length - 8));
            default -> text.isEmpty() ? "\udfff" : text.substring(1);
        };
    }

    private void stretchLists(Map<String, Object> frame) {
        int[] bounds = {0, 10, 11, 100, 101};
        int length = bounds[random.nextInt(bounds.length)];
        if (frame.containsKey("attachments")) {
            frame.put("attachments", many(length, this::attachment));
        } else if (!frame.containsKey("roomId") || chance(4)) {
            frame.put("rooms", many(length, () -> roomJoin(new LinkedHashMap<>())));
        }
    }

    /** A field that is sound by itself, but perhaps not here. */
    private void addSound(Map<String, Object> frame) {
        switch (random.nextInt(4)) {
            case 0 -> frame.put(chance(2) ? "before" : "after", seq());
            case 1 -> frame.put(chance(2) ? "roomId" : "recipientId", roomId());
            case 2 -> frame.put("since", position());
            default -> frame.put("presence", true);
        }
    }

    private Object nested(int levels) {
        Object value = chance(2) ? "x" : new Literal("1");
        for (int i = 0; i < levels; i++) {
            Object inner = value;
            value = chance(2) ? many(1, () -> inner) : new LinkedHashMap<>(Map.of(otherKey(), inner));
        }
        return value;
    }

    private void said(Map<String, Object> frame, String whereTo, String target, int most) {
        frame.put(whereTo, target);
        frame.put("content", text(1, most));
        maybe(frame, "replyTo", uuid());
        maybe(frame, "attachments", many(1 + random.nextInt(2), this::attachment));
    }

    private Object attachment() {
        Map<String, Object> attachment = new LinkedHashMap<>();
        attachment.put("type", pick(new String[] {"image", "file", "audio"}));
        attachment.put("url", "https://a.example/x?q=%20&y=[1]" + name("_~", 20, 0));
        attachment.put("name", text(1, 30));
        return attachment;
    }

    private Map<String, Object> roomJoin(Map<String, Object> into) {
        into.put("roomId", roomId());
        maybe(into, "since", position());
        maybe(into, "presence", chance(2));
        return into;
    }

    private Map<String, Object> target(Map<String, Object> frame) {
        frame.put(chance(2) ? "roomId" : "recipientId", roomId());
        return frame;
    }

    private Map<String, Object> position() {
        Map<String, Object> position = new LinkedHashMap<>();
        position.put("epoch", name("_-", 32, 0));
        position.put("seq", seq());
        return position;
    }

    private Literal seq() {
        return new Literal(pick(new String[] {"0", "1", "42.0", "1e3", "9007199254740991"}));
    }

    private String roomId() {
        return name("_.:-", 64, 1);
    }

    private String userId() {
        return name("_.:-@|+", 128, 1);
    }

    private String name(String others, int longest, int plainStart) {
        StringBuilder name = new StringBuilder();
        int length = 1 + random.nextInt(chance(4) ? longest : 8);
        for (int i = 0; i < length; i++) {
            String chars = i < plainStart ? NAME_CHARS : NAME_CHARS + others;
            name.append(chars.charAt(random.nextInt(chars.length())));
        }
        return name.toString();
    }

    private String uuid() {
        return new java.util.UUID(random.nextLong(), random.nextLong()).toString();
    }

    private String text(int shortest, int longest) {
        int length = chance(20) ? longest : shortest + random.nextInt(Math.min(12, longest - shortest + 1));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(pick(CHARS));
        }
        return text.toString();
    }

    private List<Object> many(int count, java.util.function.Supplier<Object> each) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(each.get());
        }
        return all;
    }

    private void maybe(Map<String, Object> map, String key, Object value) {
        if (chance(optionalOneIn)) {
            map.put(key, value);
        }
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
