package dev.portcullis.admin;

import dev.portcullis.admin.users.DeletionReport;
import dev.portcullis.audit.chain.AuditTrail.ChainPlace;
import dev.portcullis.config.Json;
import dev.portcullis.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Shows what a deletion did. It names no user: {@code subject} is the digest of its own id, a space, and the user's id, so that those
 * who know the user's id can tell that it is theirs. The audit event has the digest of the receipt: a chain that verifies proves it.
 *
 * @param id random, so that no one finds the user by trying the digests of ids beforehand
 */
record DeletionReceipt(String id, UserId user, DeletionReport report) {
    /** The receipt as JSON without spaces. */
    String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("subject", sha256(id + ' ' + user.value()));
        fields.put("messages", report.messages().id());
        fields.put("begunAt", report.begunAt());
        fields.put("endedAt", report.endedAt());
        Map<String, Object> counts = new LinkedHashMap<>();
        report.counts().forEach((kind, count) -> counts.put(kind.id(), count));
        fields.put("counts", counts);
        return Json.write(fields);
    }

    String digest() {
        return sha256(json());
    }

    /** The answer to the call. The receipt is in it as it was digested. */
    String answer(String requestId, Optional<ChainPlace> place) {
        Map<String, Object> audit = new LinkedHashMap<>();
        audit.put("requestId", requestId);
        place.ifPresent(at -> {
            audit.put("chain", at.chain());
            audit.put("after", at.after());
        });
        return "{\"receipt\":" + json() + ",\"sha256\":\"" + digest() + "\",\"audit\":" + Json.write(audit) + '}';
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
