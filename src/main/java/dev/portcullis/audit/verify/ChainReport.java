package dev.portcullis.audit.verify;

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
        End end) {
    public ChainReport {
        findings = List.copyOf(findings);
        keys = List.copyOf(keys);
    }

    /** Whether something outside of the files vouches for the end. */
    public sealed interface End {
        <R> R fold(java.util.function.LongFunction<R> proven, java.util.function.Function<String, R> unproven);

        /** @param behind lines behind the head that the store knows: they may be cut off or changed unseen */
        record Proven(long behind) implements End {
            @Override
            public <R> R fold(
                    java.util.function.LongFunction<R> proven, java.util.function.Function<String, R> unproven) {
                return proven.apply(behind);
            }
        }

        /** @param why in words */
        record Unproven(String why) implements End {
            @Override
            public <R> R fold(
                    java.util.function.LongFunction<R> proven, java.util.function.Function<String, R> unproven) {
                return unproven.apply(why);
            }
        }
    }

    public boolean isWhole() {
        return wrong == 0;
    }

    /** Whether every line is vouched for from outside. */
    public boolean isProven() {
        return isWhole() && signed == last && end.fold(behind -> behind == 0, why -> false);
    }
}
