package dev.portcullis.store.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Lua script of ours, from a resource beside the class that runs it. Its header states keys, arguments and result. Only
 * {@link RedisStore#script} makes one, so that none is run of which new connections know nothing.
 */
public final class Script {
    private final String name;
    private final String source;
    private final String digest;

    private Script(String name, String source) {
        this.name = name;
        this.source = source;
        this.digest = sha1(source.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads the parts and joins them; the last names the script. */
    static Script of(Class<?> beside, String... parts) {
        String source = Arrays.stream(parts).map(part -> read(beside, part)).collect(Collectors.joining("\n"));
        return new Script(parts[parts.length - 1], source);
    }

    public Call call() {
        return new Call(this);
    }

    String name() {
        return name;
    }

    String source() {
        return source;
    }

    /** As Redis calls it. */
    String digest() {
        return digest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Script script && script.digest.equals(digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    private static String read(Class<?> beside, String name) {
        try (InputStream file = beside.getResourceAsStream(name + ".lua")) {
            if (file == null) {
                throw new IllegalStateException("no script " + name + " beside " + beside.getName());
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-1", impossible);
        }
    }

    /** One run of a script: all keys it touches, which lie in one lane, and its arguments. */
    public static final class Call {
        private final Script script;
        private final List<String> keys = new ArrayList<>();
        private final List<byte[]> args = new ArrayList<>();

        private boolean first;

        Call(Script script) {
            this.script = script;
        }

        public Call key(String key) {
            keys.add(key);
            return this;
        }

        public Call arg(byte[] value) {
            args.add(value);
            return this;
        }

        public Call arg(String value) {
            return arg(value.getBytes(StandardCharsets.UTF_8));
        }

        public Call arg(long value) {
            return arg(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        }

        /** Is made however many calls are under way: without it the node would be over, or admit nobody. */
        public Call first() {
            first = true;
            return this;
        }

        boolean isFirst() {
            return first;
        }

        Script script() {
            return script;
        }

        /** Where a Redis Cluster keeps what it touches: all keys are of one lane. */
        int slot() {
            return keys.isEmpty() ? 0 : HashSlot.of(keys.get(0));
        }

        Request byDigest() {
            Request request = Request.cmd(Command.EVALSHA).arg(script.digest()).arg(keys.size());
            keys.forEach(request::arg);
            args.forEach(request::arg);
            return request;
        }
    }
}
