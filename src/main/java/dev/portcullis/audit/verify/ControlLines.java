package dev.portcullis.audit.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.audit.chain.ChainEvent;
import dev.portcullis.audit.chain.ChainKey;
import dev.portcullis.audit.chain.ChainLine;
import dev.portcullis.audit.verify.ChainReport.Finding.Kind;
import dev.portcullis.config.Json;
import dev.portcullis.config.text.SafeExcerpt;
import java.io.IOException;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Checks the lines that a chain wrote about itself: its keys, its checkpoints, what it deleted. */
final class ControlLines {
    /** No quote within a text is written without a backslash, so this can't stand in what a client sent. */
    private static final byte[] MARK = "\"event\":\"audit.".getBytes(US_ASCII);

    private static final int MOST_KEYS = 1_000;

    private final String chain;
    private final List<PublicKey> trusted;
    private final Anchor anchor;
    private final Findings findings;
    private final Map<String, PublicKey> keys = new HashMap<>();
    private final TreeSet<String> signers = new TreeSet<>();
    private long signed;
    private boolean saidDeleted;
    private boolean deleted;

    ControlLines(String chain, List<PublicKey> trusted, Anchor anchor, Findings findings) {
        this.chain = chain;
        this.trusted = List.copyOf(trusted);
        this.anchor = anchor;
        this.findings = findings;
        trusted.forEach(key -> keys.put(ChainKey.idOf(key), key));
    }

    /** Whether keys were given, and none of them signed. */
    boolean lacksSignature() {
        return !trusted.isEmpty() && signed == 0;
    }

    /** The number of the last line that a good signature covers. */
    long signed() {
        return signed;
    }

    List<String> keys() {
        return List.copyOf(signers);
    }

    /** Whether what stands before the files was deleted by rule: a line says so, and a signature or the store covers it. */
    boolean hasDeletedBeginning() {
        return deleted;
    }

    /** The store has the hash of a line, and so vouches for all before it. */
    void vouchedByStore() {
        deleted |= saidDeleted;
    }

    /** The chain does not go on from the lines of before, so that nothing behind covers them. */
    void broken() {
        saidDeleted = false;
    }

    /**
     * @param before the number of the line before the files
     * @param beforeHash its hash
     */
    void check(ChainLine line, byte[] bytes, boolean first, long before, String beforeHash) {
        Map<?, ?> fields = isOwn(bytes) ? fields(bytes) : Map.of();
        String event = text(fields, "event");
        if (first && !event.equals(ChainEvent.OPENED.id())) {
            findings.add(Kind.REPLACED, "a file begins with another line than " + ChainEvent.OPENED.id());
        }
        if (event.equals(ChainEvent.OPENED.id())) {
            open(fields, first);
        } else if (event.equals(ChainEvent.CHECKPOINT.id())) {
            checkpoint(line, fields);
        } else if (event.equals(ChainEvent.DELETED.id())) {
            saidDeleted |= Long.valueOf(before).equals(fields.get("last"))
                    && text(fields, "lastHash").equals(beforeHash);
        } else if (event.equals(ChainEvent.RECOVERED.id())) {
            boolean takenBack = text(fields, "reason").equals(ChainEvent.NOT_DELETED)
                    && Long.valueOf(before).equals(fields.get("last"));
            saidDeleted &= !takenBack;
            deleted &= !takenBack;
        } else if (event.equals(ChainEvent.GAP.id())) {
            findings.add(
                    Kind.GAP,
                    "at a start the files lacked lines " + shown(fields, "from") + " to " + shown(fields, "to")
                            + ", which the store knew");
        } else if (event.equals(ChainEvent.FOREIGN.id())) {
            findings.add(
                    Kind.FOREIGN,
                    "the node found in " + shown(fields, "file")
                            + " what it has not written, or what was damaged: it is" + " now in "
                            + shown(fields, "to"));
        }
    }

    private void open(Map<?, ?> fields, boolean first) {
        if (!first || !text(fields, "chain").equals(chain)) {
            findings.add(Kind.REPLACED, "this line begins another file or another chain");
        }
        Optional<PublicKey> key = ChainKey.decode(text(fields, "key"));
        if (key.isEmpty()) {
            findings.add(Kind.UNKNOWN_KEY, "the file names no Ed25519 key");
        } else if (trusted.isEmpty() && keys.size() < MOST_KEYS) {
            keys.put(ChainKey.idOf(key.get()), key.get());
        } else if (!trusted.isEmpty() && !trusted.contains(key.get())) {
            findings.add(Kind.UNKNOWN_KEY, "the file names another key than those that were given");
        }
    }

    private void checkpoint(ChainLine line, Map<?, ?> fields) {
        String id = text(fields, "key");
        PublicKey key = keys.get(id);
        if (key == null) {
            findings.add(
                    Kind.UNKNOWN_KEY,
                    trusted.isEmpty()
                            ? "the checkpoint is signed with a key that no file names"
                            : "the checkpoint is signed with another key than those that were given");
        } else if (!ChainKey.verify(
                key, ChainKey.signedText(chain, line.n() - 1, line.prev()), text(fields, "signature"))) {
            findings.add(Kind.BAD_SIGNATURE, "the signature of the checkpoint is wrong");
        } else {
            signed = line.n();
            signers.add(id);
            deleted |= saidDeleted && isVouchedFor(id);
        }
    }

    /** A file may name any key, so where the store knows the right one, no other counts. */
    private boolean isVouchedFor(String key) {
        return !trusted.isEmpty()
                || anchor.head().map(head -> head.key().equals(key)).orElse(true);
    }

    private static Map<?, ?> fields(byte[] bytes) {
        try {
            return Json.parseWithoutComments(new String(bytes, US_ASCII)) instanceof Map<?, ?> map ? map : Map.of();
        } catch (IOException malformed) {
            return Map.of();
        }
    }

    private static String text(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text ? text : "";
    }

    /** For a report: a forged line may hold any text, and what the report says of it must not be rewritten by it. */
    private static String shown(Map<?, ?> fields, String name) {
        return SafeExcerpt.of(String.valueOf(fields.get(name)));
    }

    private static boolean isOwn(byte[] bytes) {
        int most = bytes.length - MARK.length;
        for (int at = 0; at <= most; at++) {
            if (bytes[at] == MARK[0] && java.util.Arrays.equals(bytes, at, at + MARK.length, MARK, 0, MARK.length)) {
                return true;
            }
        }
        return false;
    }
}
