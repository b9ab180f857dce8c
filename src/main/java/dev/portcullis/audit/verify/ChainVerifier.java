package dev.portcullis.audit.verify;

import dev.portcullis.audit.chain.ChainFile;
import dev.portcullis.audit.chain.ChainLine;
import dev.portcullis.audit.chain.LineScanner;
import dev.portcullis.audit.verify.ChainReport.Finding;
import dev.portcullis.audit.verify.ChainReport.Finding.Kind;
import dev.portcullis.protocol.Result;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;

/** Verifies one chain, line by line, in memory that does not grow with it. */
public final class ChainVerifier {
    private static final int ATTEMPTS = 3;

    private final String chain;
    private final Anchor anchor;
    private final Findings findings = new Findings();
    private final ControlLines own;
    private long lines;
    private long first;
    private String firstPrev = ChainLine.NO_LINE;
    private long last;
    private String lastHash = "";
    private String lastComputed = "";
    private boolean anchored;

    private ChainVerifier(String chain, List<PublicKey> trusted, Anchor anchor) {
        this.chain = chain;
        this.anchor = anchor;
        this.own = new ControlLines(chain, trusted, anchor, findings);
    }

    /**
     * @param trusted the keys that may sign; if there are none, those that the files name
     * @param anchor the store's record of this chain
     */
    public static ChainReport verify(Path folder, String chain, List<PublicKey> trusted, Anchor anchor)
            throws IOException {
        return verify(() -> ChainFile.all(folder, chain), chain, trusted, anchor);
    }

    /** The files of the chain, as they are now. */
    interface Listing {
        List<ChainFile> files() throws IOException;
    }

    /** Begins again if a file is gone before it is read: the rule of a running node deletes files. */
    static ChainReport verify(Listing listing, String chain, List<PublicKey> trusted, Anchor anchor)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return new ChainVerifier(chain, trusted, anchor).verify(listing.files());
            } catch (NoSuchFileException deleted) {
                if (attempt == ATTEMPTS) {
                    throw deleted;
                }
            }
        }
    }

    private ChainReport verify(List<ChainFile> files) throws IOException {
        for (int i = 0; i < files.size(); i++) {
            verify(files.get(i), i == files.size() - 1);
        }
        checkBeginning();
        if (files.size() > 1 && own.signed() < files.get(files.size() - 1).first() - 1) {
            findings.add(new Finding(
                    Kind.UNSIGNED,
                    "",
                    0,
                    "a node signs each file before it begins the next, and the newest begins behind line "
                            + own.signed() + ", the last that is signed"));
        }
        return new ChainReport(
                chain, files.size(), lines, first, last, own.signed(), findings.kept(), checkEnd(), own.keys(), end());
    }

    private void verify(ChainFile file, boolean newest) throws IOException {
        findings.inFile(file.name());
        try (LineScanner scanner = LineScanner.open(file.path())) {
            Optional<byte[]> line = scanner.next();
            while (line.isPresent() && scanner.isComplete()) {
                findings.nextLine();
                lines++;
                verify(line.get(), file);
                line = scanner.next();
            }
            if (line.isPresent()) {
                findings.nextLine();
                findings.add(
                        Kind.TORN,
                        newest
                                ? "the newest file ends within a line: cut off, or being written at this moment"
                                : "the file ends within a line");
            }
            if (line.isEmpty() && findings.atFileStart()) {
                findings.addOfFile(Kind.MISSING, "the file is empty");
            }
        }
    }

    private void verify(byte[] bytes, ChainFile file) {
        Optional<ChainLine> read = ChainLine.read(bytes);
        if (read.isEmpty()) {
            findings.add(Kind.UNREADABLE, "this is no line of a chain");
            skip();
            return;
        }
        ChainLine line = read.get();
        if (!line.isIntact()) {
            findings.add(Kind.CHANGED, "the line, or its hash, was changed");
            advance(last == 0 ? line.n() : last + 1, line);
            own.broken();
            return;
        }
        if (findings.atFirstLine() && line.n() != file.first()) {
            findings.add(
                    Kind.REPLACED, "the file is named by line " + file.first() + " and begins with line " + line.n());
        }
        if (follows(line)) {
            advance(line.n(), line);
            own.check(line, bytes, findings.atFirstLine(), first - 1, firstPrev);
        }
    }

    /** False for a line that stands at the wrong place, so that the chain does not go on from it. */
    private boolean follows(ChainLine line) {
        if (last == 0) {
            return true;
        }
        if (line.n() <= last) {
            findings.add(Kind.REPEATED, "line " + line.n() + " of the chain stands behind line " + last);
            return false;
        }
        if (line.n() > last + 1) {
            findings.add(
                    Kind.MISSING,
                    "before it, " + range(last + 1, line.n() - 1) + " of the chain "
                            + (line.n() > last + 2 ? "are" : "is") + " missing");
            own.broken();
        } else if (!lastHash.isEmpty()
                && !line.prev().equals(lastHash)
                && !line.prev().equals(lastComputed)) {
            findings.add(Kind.REPLACED, "the line does not follow the line before it: one of them was replaced");
            own.broken();
        }
        return true;
    }

    private void advance(long n, ChainLine line) {
        if (first == 0) {
            first = n;
            firstPrev = line.prev();
        }
        last = n;
        lastHash = line.hash();
        lastComputed = line.computed();
        anchor.head().filter(head -> head.n() == n).ifPresent(head -> {
            anchored = true;
            if (head.hash().equals(line.computed())) {
                own.vouchedByStore();
            } else {
                findings.add(Kind.OTHER_HISTORY, "the store knows another line " + n + " of this chain");
            }
        });
    }

    /** A line that can't be read was one, so the next one has the number behind it. */
    private void skip() {
        if (last > 0) {
            last++;
        }
        lastHash = "";
        own.broken();
    }

    private void checkBeginning() {
        if (first == 1 && !firstPrev.equals(ChainLine.NO_LINE)) {
            findings.add(new Finding(Kind.REPLACED, "", 0, "line 1 of the chain names a line before it"));
        }
        if (first > 1 && !own.hasDeletedBeginning()) {
            findings.add(new Finding(
                    Kind.MISSING,
                    "",
                    0,
                    range(1, first - 1) + " of the chain: no signed line says that they were deleted"));
        }
    }

    private long checkEnd() {
        if (own.lacksSignature()) {
            findings.add(new Finding(Kind.UNSIGNED, "", 0, "no line is signed with a key that was given"));
        }
        anchor.head()
                .filter(head -> head.n() <= last && !anchored)
                .ifPresent(head -> findings.add(new Finding(
                        Kind.OTHER_HISTORY,
                        "",
                        0,
                        "the files do not have line " + head.n() + ", which the store knows")));
        anchor.head()
                .filter(head -> head.n() > last)
                .ifPresent(head -> findings.add(new Finding(
                        Kind.TRUNCATED,
                        "",
                        0,
                        "the store knows " + head.n() + " lines of this chain, the files end with line " + last)));
        return findings.count();
    }

    private Result<Long, String> end() {
        if (anchor.head().isEmpty()) {
            return Result.refused(anchor.absence());
        }
        long head = anchor.head().get().n();
        return anchored
                ? Result.done(last - head)
                : Result.refused("the files do not have line " + head + ", the last that the store knows");
    }

    private static String range(long from, long to) {
        return from == to ? "line " + from : "lines " + from + " to " + to;
    }
}
