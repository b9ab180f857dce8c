package dev.portcullis.config;

import java.util.Comparator;
import java.util.Set;

/** Guesses what a mistyped key was meant to be. */
final class Spelling {
    private Spelling() {}

    static String guess(String name, Set<String> known) {
        return known.stream()
                .filter(each -> distance(name, each) <= Math.max(2, each.length() / 3))
                .min(Comparator.comparingInt(each -> distance(name, each)))
                .map(each -> "did you mean " + each + "?")
                .orElse(known.isEmpty() ? "" : "known here: " + String.join(", ", known));
    }

    private static int distance(String one, String other) {
        String a = one.toLowerCase(java.util.Locale.ROOT);
        String b = other.toLowerCase(java.util.Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? diagonal : diagonal + 1;
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
