package dev.portcullis.store.redis;

/** Formats keys: {@code pc:{17}:lane}. The braces make the lane the hash tag. */
public final class RedisKeys {
    private RedisKeys() {}

    public static String of(int lane, String part) {
        return "pc:{" + lane + "}:" + part;
    }

    /** A key of the lane that another key is in. */
    static String sameLane(String key, String part) {
        return key.substring(0, key.indexOf('}') + 2) + part;
    }

    public static String of(int lane, String kind, String name) {
        return "pc:{" + lane + "}:" + kind + ":" + name;
    }
}
