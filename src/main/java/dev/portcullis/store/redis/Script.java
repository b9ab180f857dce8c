package dev.portcullis.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
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

    public ScriptCall call() {
        return new ScriptCall(this);
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
}
