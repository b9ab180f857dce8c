package dev.portcullis.audit.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.audit.chain.ChainFile;
import dev.portcullis.audit.chain.ChainHead;
import dev.portcullis.audit.chain.WrittenChain;
import dev.portcullis.config.crypto.PublicKeyPem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Somebody who can write in the folder of a chain, and knows all about its form. */
public final class Forger {
    static final String MARK = "mallory";

    private final Path folder;

    Forger(Path folder) {
        this.folder = folder;
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path each : files.toList()) {
                Path unused = Files.copy(each, to.resolve(each.getFileName()));
            }
        }
    }

    List<ChainFile> files() throws IOException {
        return ChainFile.all(folder, WrittenChain.NAME);
    }

    ChainFile file(int i) throws IOException {
        return files().get(i);
    }

    ChainFile newest() throws IOException {
        return files().get(files().size() - 1);
    }

    static List<String> lines(ChainFile file) throws IOException {
        return new ArrayList<>(Files.readAllLines(file.path(), java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    static void rewrite(ChainFile file, List<String> lines) throws IOException {
        Path unused = Files.write(file.path(), lines, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Appends a line that fits its number and its hash. */
    void append(ChainFile file, String event, String fields) throws IOException {
        List<String> lines = lines(file);
        lines.add(follower(lines.get(lines.size() - 1), event, fields));
        rewrite(file, lines);
    }

    public static String follower(String last, String event, String fields) {
        long n = Long.parseLong(last.replaceFirst("^\\{\"n\":([0-9]+),.*$", "$1")) + 1;
        String line = "{\"n\":" + n + ",\"prev\":\"" + "0".repeat(64)
                + "\",\"timestamp\":\"2001-01-01T00:00:00Z\",\"severity\":\"INFO\",\"node\":\"" + MARK
                + "\",\"event\":\"" + event + '"' + fields + ",\"mac\":\"0123456789012345678901\",\"hash\":\""
                + "0".repeat(64) + "\"}";
        return IndependentReader.rehash(List.of(last, line), 1).get(1);
    }

    /** Deletes all files but the newest, and invents the line that says that a rule did it. */
    String cutBeginning() throws IOException {
        List<ChainFile> all = files();
        ChainFile former = all.get(all.size() - 2);
        List<String> lines = lines(former);
        String last = lines.get(lines.size() - 1);
        for (ChainFile each : all.subList(0, all.size() - 1)) {
            Files.delete(each.path());
        }
        return ",\"file\":\"" + former.name() + "\",\"first\":" + former.first() + ",\"last\":"
                + (newest().first() - 1) + ",\"lastHash\":\"" + last.substring(last.length() - 66, last.length() - 2)
                + '"';
    }

    /** Appends a file that names a key of the forger, with which he signs that a rule has deleted the beginning. */
    void signDeletion(String record) throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] open = keys.getPublic().getEncoded();
        List<String> former = lines(newest());
        String opened = follower(
                former.get(former.size() - 1),
                "audit.opened",
                ",\"chain\":\"" + WrittenChain.NAME + "\",\"format\":1,\"key\":\""
                        + Base64.getEncoder().encodeToString(open) + '"');
        String deleted = follower(opened, "audit.deleted", record);
        String hash = deleted.substring(deleted.length() - 66, deleted.length() - 2);
        long n = Long.parseLong(deleted.replaceFirst("^\\{\"n\":([0-9]+),.*$", "$1"));
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(keys.getPrivate());
        signer.update(("portcullis-audit-1 " + WrittenChain.NAME + ' ' + n + ' ' + hash).getBytes(US_ASCII));
        String checkpoint = follower(
                deleted,
                "audit.checkpoint",
                ",\"key\":\""
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(open))
                                .substring(0, 16)
                        + "\",\"signature\":\""
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign())
                        + '"');
        Path file = folder.resolve(String.format("audit-%s-%016d.jsonl", WrittenChain.NAME, n - 1));
        Path unused = Files.write(file, List.of(opened, deleted, checkpoint), US_ASCII);
    }

    /** All that is in the folder. */
    String everything() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).map(Forger::text).reduce("", String::concat);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The node starts, writes some lines, signs them and stops. */
    ChainHead restart(Optional<ChainHead> recorded) throws IOException {
        return restart(recorded, 1_000, 3);
    }

    ChainHead restart(Optional<ChainHead> recorded, int keepFiles, int events) throws IOException {
        try (WrittenChain chain = WrittenChain.open(folder, WrittenChain.config(6_000, keepFiles), recorded)) {
            chain.events(events);
            return chain.checkpoint();
        }
    }

    PublicKey publicKey() throws IOException {
        return PublicKeyPem.read(Files.readString(folder.resolve("audit.pub"), US_ASCII))
                .orElseThrow();
    }

    ChainReport verify(List<PublicKey> trusted, Anchor anchor) throws IOException {
        return ChainVerifier.verify(folder, WrittenChain.NAME, trusted, anchor);
    }
}
