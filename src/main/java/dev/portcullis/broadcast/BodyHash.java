package dev.portcullis.broadcast;

import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Hashes a frame's body as the client sent it, before sanitising. The hash shows whether a repeated frame is the same one. */
public final class BodyHash {
    private static final int BYTES = 16;

    private BodyHash() {}

    public static byte[] of(String content, Optional<String> replyTo, List<Attachment> attachments) {
        MessageDigest digest = Sha256.begin();
        part(digest, content);
        part(digest, replyTo.orElse(""));
        for (Attachment attachment : attachments) {
            part(digest, attachment.kind());
            part(digest, attachment.url());
            part(digest, attachment.name());
        }
        return end(digest);
    }

    /** The hash of an event of the application. */
    public static byte[] of(String event, byte[] data) {
        MessageDigest digest = Sha256.begin();
        part(digest, event);
        part(digest, data);
        return end(digest);
    }

    static byte[] of(RemovalRequest removal) {
        MessageDigest digest = Sha256.begin();
        part(digest, removal.target().value());
        part(digest, removal.reason().orElse(""));
        return end(digest);
    }

    static byte[] of(DetachRequest request) {
        MessageDigest digest = Sha256.begin();
        part(digest, request.user().map(UserId::value).orElse(""));
        return end(digest);
    }

    private static byte[] end(MessageDigest digest) {
        return Arrays.copyOf(digest.digest(), BYTES);
    }

    /** Adds a part. Its length comes first, so that a character moved from one part to the next changes the hash. */
    private static void part(MessageDigest digest, String text) {
        part(digest, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void part(MessageDigest digest, byte[] bytes) {
        digest.update((byte) (bytes.length >> 16));
        digest.update((byte) (bytes.length >> 8));
        digest.update((byte) bytes.length);
        digest.update(bytes);
    }
}
