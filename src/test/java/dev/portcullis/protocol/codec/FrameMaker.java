package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.FrameType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes valid frames from a seed, as trees for {@link JsonText}. */
public final class FrameMaker {
    private static final String NAME_CHARS = "abcXYZ019";
    static final String[] CHARS = {"a", "Z", "0", " ", "\n", "\"", "\\", "/", "é", "€", "👋", "\u2028", "\u0000"};
    private final Random random;
    private final int optionalOneIn;

    /** @param optionalOneIn one in this many frames has a given optional field; 1 for frames that have them all */
    public FrameMaker(Random random, int optionalOneIn) {
        this.random = random;
        this.optionalOneIn = optionalOneIn;
    }

    public Map<String, Object> valid(FrameType type) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("type", type.id());
        maybe(frame, "id", name("_-", 64, 0));
        maybe(frame, "csrfToken", text(1, 128));
        maybe(frame, "timestamp", new JsonText.Literal(chance(2) ? "1.25e3" : "1700000000000"));
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
                    frame.put("rooms", roomJoins(1 + random.nextInt(4)));
                }
            }
            case LEAVE -> frame.put("roomId", roomId());
            case CHAT -> message(frame, "roomId", roomId(), 1_000);
            case CHAT_MESSAGE -> message(frame, "recipientId", userId(), 5_000);
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
                maybe(frame, "limit", new JsonText.Literal(chance(2) ? "1" : "100"));
            }
            case PRESENCE -> {
                frame.put("roomId", roomId());
                maybe(frame, "after", userId());
                maybe(frame, "limit", new JsonText.Literal(chance(2) ? "1" : "200"));
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
                frame.put("size", new JsonText.Literal(chance(2) ? "1" : "9007199254740991"));
                frame.put("mime", chance(2) ? "image/svg+xml" : "a/" + "b".repeat(125));
            }
            case EVENT -> {
                target(frame).put("event", name("._-", 64, 1));
                frame.put("data", data(3));
            }
            case PING, HEALTH_CHECK -> {}
        }
    }

    private void message(Map<String, Object> frame, String whereTo, String target, int maxLength) {
        frame.put(whereTo, target);
        frame.put("content", text(1, maxLength));
        maybe(frame, "replyTo", uuid());
        maybe(frame, "attachments", many(1 + random.nextInt(2), this::attachment));
    }

    /** Any value that has this many levels at most. */
    private Object data(int levels) {
        return switch (random.nextInt(levels == 0 ? 5 : 7)) {
            case 0 -> new JsonText.Literal("null");
            case 1 -> chance(2);
            case 2 -> seq();
            case 3 -> new JsonText.Literal("-12.5e-3");
            case 4 -> text(0, 30);
            case 5 -> many(random.nextInt(4), () -> data(levels - 1));
            default -> {
                Map<String, Object> object = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.put(chance(4) ? "data" : text(0, 10), data(levels - 1));
                }
                yield object;
            }
        };
    }

    Object attachment() {
        Map<String, Object> attachment = new LinkedHashMap<>();
        attachment.put("type", pick(new String[] {"image", "file", "audio"}));
        attachment.put("url", "https://a.example/x?q=%20&y=[1]" + name("_~", 20, 0));
        attachment.put("name", text(1, 30));
        return attachment;
    }

    Map<String, Object> roomJoin(Map<String, Object> into) {
        into.put("roomId", roomId());
        maybe(into, "since", position());
        maybe(into, "presence", chance(2));
        return into;
    }

    /** Each for another room. */
    List<Object> roomJoins(int count) {
        Map<Object, Object> byRoom = new LinkedHashMap<>();
        while (byRoom.size() < count) {
            Map<String, Object> one = roomJoin(new LinkedHashMap<>());
            byRoom.put(one.get("roomId"), one);
        }
        return new ArrayList<>(byRoom.values());
    }

    private Map<String, Object> target(Map<String, Object> frame) {
        frame.put(chance(2) ? "roomId" : "recipientId", roomId());
        return frame;
    }

    Map<String, Object> position() {
        Map<String, Object> position = new LinkedHashMap<>();
        position.put("epoch", name("_-", 32, 0));
        position.put("seq", seq());
        return position;
    }

    JsonText.Literal seq() {
        return new JsonText.Literal(pick(new String[] {"0", "1", "42.0", "1e3", "9007199254740991"}));
    }

    String roomId() {
        return name("_.:-", 64, 1);
    }

    private String userId() {
        return name("_.:-@|+", 128, 1);
    }

    private String name(String others, int maxLength, int plainStart) {
        StringBuilder name = new StringBuilder();
        int length = 1 + random.nextInt(chance(4) ? maxLength : 8);
        for (int i = 0; i < length; i++) {
            String chars = i < plainStart ? NAME_CHARS : NAME_CHARS + others;
            name.append(chars.charAt(random.nextInt(chars.length())));
        }
        return name.toString();
    }

    String uuid() {
        return new java.util.UUID(random.nextLong(), random.nextLong()).toString();
    }

    String text(int minLength, int maxLength) {
        int length = chance(20) ? maxLength : minLength + random.nextInt(Math.min(12, maxLength - minLength + 1));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(pick(CHARS));
        }
        return text.toString();
    }

    List<Object> many(int count, java.util.function.Supplier<Object> each) {
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

    String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
