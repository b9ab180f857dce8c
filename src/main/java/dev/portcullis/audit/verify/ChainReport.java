package dev.portcullis.audit.verify;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.Result;
import java.util.List;

/**
 * The result of verifying one chain.
 *
 * @param first the number of its first line
 * @param last the number of its last line; 0 if it has none
 * @param signed the number of the last line that a good checkpoint covers
 * @param findings the first findings
 * @param wrong the number of all findings
 * @param keys the ids of the keys that signed
 * @param end how many lines stand behind the head that a store vouches for, and may be cut off or changed unseen; or why none does
 */
public record ChainReport(
        String chain,
        int files,
        long lines,
        long first,
        long last,
        long signed,
        List<Finding> findings,
        long wrong,
        List<String> keys,
        Result<Long, String> end) {
    /**
     * Something that is wrong.
     *
     * @param file its name; empty if no file is concerned
     * @param line its number in that file, from 1; 0 if it is none of a line
     */
    public record Finding(Kind kind, String file, long line, String what) {
        /** The kinds of damage. */
        public enum Kind implements LowerCaseId {
            /** It is no line of a chain. */
            UNREADABLE,
            /** The bytes of the line do not fit its hash. */
            CHANGED,
            /** The line does not follow the one before it. */
            REPLACED,
            /** Lines are missing. */
            MISSING,
            /** The line stood before, or belongs further up. */
            REPEATED,
            /** A file ends within a line. */
            TORN,
            /** A line says that the files lacked what the store knew. */
            GAP,
            /** A line says that the files had what the node has not written. */
            FOREIGN,
            /** The files end before the head that the store knows. */
            TRUNCATED,
            /** The store knows another line under this number. */
            OTHER_HISTORY,
            /** A checkpoint is not signed with its key. */
            BAD_SIGNATURE,
            /** A key is not trusted. */
            UNKNOWN_KEY,
            /** A signature is missing that must be there. */
            UNSIGNED
        }

        @Override
        public String toString() {
            String place = file.isEmpty() ? "" : line == 0 ? file + ": " : file + ":" + line + ": ";
            return place + kind.id() + ": " + what;
        }
    }

    public ChainReport {
        findings = List.copyOf(findings);
        keys = List.copyOf(keys);
    }

    public boolean isWhole() {
        return wrong == 0;
    }

    /** Whether every line is vouched for from outside. */
    public boolean isProven() {
        return isWhole() && signed == last && end.fold(behind -> behind == 0, why -> false);
    }
}
