package dev.portcullis.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script of ours, from a resource beside the class that runs it. Its header states keys, arguments and result. */
public record Script(String name, String source, String digest) {

    /** Reads {@code name}.lua from beside the class. */
    public static Script of(Class<?> beside, String name) {
        try (InputStream file = beside.getResourceAsStream(name + ".lua")) {
            if (file == null) {
                throw new IllegalStateException("no script " + name + " beside " + beside.getName());
            }
            byte[] bytes = file.readAllBytes();
            return new Script(name, new String(bytes, StandardCharsets.UTF_8), sha1(bytes));
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
