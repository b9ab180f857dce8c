package dev.portcullis.audit.chain;

import dev.portcullis.audit.chain.ChainKey.LineMac;
import java.io.IOException;
import java.util.Optional;

/**
 * The end of the lines in a file that this node has written, or for which the store vouches. The chain goes on there, and signs
 * nothing else: an intruder who can write in the folder while the node is stopped could append lines with right hashes
 * (CWE-345).
 *
 * @param bytes the length of the file up to there
 */
record ChainEnd(ChainFile file, long n, String hash, long bytes) {
    /** Empty if the file has no such line. */
    static Optional<ChainEnd> in(ChainFile file, LineMac mac, Optional<ChainHead> recorded) throws IOException {
        Optional<ChainEnd> tail = ParsedLine.last(file, mac)
                .filter(each -> each.line().own() && each.line().n() >= file.first())
                .map(each -> of(file, each.line(), each.end()));
        if (tail.isPresent()) {
            return tail;
        }
        boolean begunHere = ParsedLine.first(file, mac).filter(ParsedLine::own).isPresent();
        boolean known = recorded.filter(head -> head.n() >= file.first()).isPresent();
        return begunHere || known ? last(file, mac, recorded) : Optional.empty();
    }

    private static Optional<ChainEnd> last(ChainFile file, LineMac mac, Optional<ChainHead> recorded)
            throws IOException {
        Optional<ChainEnd> end = Optional.empty();
        long above = file.first() - 1;
        try (LineScanner lines = LineScanner.open(file.path())) {
            Optional<byte[]> bytes = lines.next();
            while (bytes.isPresent() && lines.isComplete()) {
                Optional<ParsedLine> seen = ParsedLine.of(bytes.get(), mac);
                if (seen.isPresent() && seen.get().n() > above && isVouchedFor(seen.get(), recorded)) {
                    above = seen.get().n();
                    end = Optional.of(of(file, seen.get(), lines.position()));
                }
                bytes = lines.next();
            }
        }
        return end;
    }

    private static boolean isVouchedFor(ParsedLine seen, Optional<ChainHead> recorded) {
        return seen.own()
                || recorded.filter(head -> head.n() == seen.n() && head.hash().equals(seen.hash()))
                        .isPresent();
    }

    private static ChainEnd of(ChainFile file, ParsedLine line, long bytes) {
        return new ChainEnd(file, line.n(), line.hash(), bytes);
    }
}
