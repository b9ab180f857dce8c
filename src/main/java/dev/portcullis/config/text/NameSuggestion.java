package dev.portcullis.config.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;

/** Suggests the key that a mistyped key was meant to be. */
public final class NameSuggestion {
    private static final Pattern CLOSED_SET = Pattern.compile("[A-Za-z0-9_-]+(\\|[A-Za-z0-9_-]+)*");
    private static final int LONGEST = 64; // a guess costs the product of both lengths

    private NameSuggestion() {}

    public static String guess(String name, Collection<String> known) {
        return known.stream()
                .filter(each -> name.length() <= LONGEST && distance(name, each) <= tolerance(each))
                .min(Comparator.comparingInt(each -> distance(name, each)))
                .map(each -> "did you mean " + each + "?")
                .orElse(known.isEmpty() ? "remove it" : "known here: " + String.join(", ", known));
    }

    public static String guess(String name, Pattern keys) {
        String pattern = keys.pattern();
        return CLOSED_SET.matcher(pattern).matches()
                ? guess(name, Arrays.asList(pattern.split("\\|", -1)))
                : "keys are of the form " + pattern;
    }

    private static int tolerance(String known) {
        return known.length() <= 3 ? 1 : Math.max(2, known.length() / 3);
    }

    /**
     * The optimal string alignment distance (restricted Damerau-Levenshtein): letters to add, drop, replace, or swap
     * with the next one.
     */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
