package dev.portcullis.audit.chain;

import java.util.Optional;

/**
 * The numbers of the lines of a file by their places in it. A line may be forged, and the number that it claims would hide
 * others from those who read on behind it: a number counts only where the line before or the line behind agrees.
 */
final class LineNumbers {
    private final long first;
    private final long last;
    private long at;

    /**
     * @param first the number of the first line of the file
     * @param last the number of the last line that the node has written anywhere
     * @param before the number of the line before the next one
     */
    LineNumbers(long first, long last, long before) {
        this.first = first;
        this.last = last;
        this.at = before;
    }

    /** @param behind the line behind it; empty if there is none yet */
    long next(byte[] line, Optional<byte[]> behind) {
        long claimed = claimedBy(line);
        if (claimed == at + 1 || (first <= claimed && claimed <= last && goesOn(claimed, behind))) {
            at = claimed;
        } else if (!goesOn(at, behind)) { // else it was inserted, and has no place of its own
            at++;
        }
        return at;
    }

    /** Whether no line of the node follows. */
    boolean isAtEnd() {
        return at >= last;
    }

    /** Whether the line behind a line has the number behind it. */
    static boolean goesOn(long number, Optional<byte[]> behind) {
        return behind.filter(line -> claimedBy(line) == number + 1).isPresent();
    }

    /** 0 if it claims none. */
    static long claimedBy(byte[] line) {
        return ChainLine.numberOf(line).orElse(0L);
    }
}
