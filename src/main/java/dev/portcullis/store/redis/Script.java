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

/** A Lua script of ours, from a resource beside the class that runs it. Its header states keys, arguments and result. */
public record Script(String name, String source, String digest) {

    /**
     * Reads resources from beside the class: a script, and in front of it those that define the functions it uses, since
     * Redis has no other way for scripts to share code. The last names it.
     */
    public static Script of(Class<?> beside, String... parts) {
        String source = Arrays.stream(parts).map(part -> read(beside, part)).collect(Collectors.joining("\n"));
        return new Script(parts[parts.length - 1], source, sha1(source.getBytes(StandardCharsets.UTF_8)));
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

    public ScriptCall call() {
        return new ScriptCall(this);
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-1", impossible);
        }
    }
}
