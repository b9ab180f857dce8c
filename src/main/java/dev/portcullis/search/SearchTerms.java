package dev.portcullis.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a user looks for: texts that have all the words of a query, in any order. Characters of a script without spaces that stand side
 * by side in the query do so in the text. Any text is a query, since no character in it is an operator.
 */
public final class SearchTerms {
    private final List<List<Word>> parts;

    private SearchTerms(List<List<Word>> parts) {
        this.parts = parts;
    }

    public static SearchTerms of(String query) {
        List<List<Word>> parts = new ArrayList<>();
        List<Word> part = new ArrayList<>();
        for (Word word : Words.of(query)) {
            if (!part.isEmpty() && !word.continues(part.get(part.size() - 1))) {
                parts.add(part);
                part = new ArrayList<>();
            }
            part.add(word);
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return new SearchTerms(parts);
    }

    /** Whether the query has no word. Then no text matches. */
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** The terms that an index has of each text that matches; it may have them of others too. */
    public Set<String> indexed() {
        Set<String> terms = new LinkedHashSet<>();
        for (List<Word> part : parts) {
            if (part.size() == 1) {
                terms.add(part.get(0).folded());
            }
            for (int i = 1; i < part.size(); i++) {
                terms.add(part.get(i - 1).folded() + part.get(i).folded());
            }
        }
        return terms;
    }

    /** Where the text has what is looked for, from its beginning on; empty if the text does not match. */
    public Optional<List<Highlight>> in(String text) {
        List<Word> words = Words.of(text);
        List<Highlight> found = new ArrayList<>();
        for (List<Word> part : parts) {
            int before = found.size();
            for (int at = 0; at + part.size() <= words.size(); at++) {
                if (isAt(words, at, part)) {
                    int from = words.get(at).from();
                    found.add(
                            new Highlight(from, words.get(at + part.size() - 1).end() - from));
                }
            }
            if (found.size() == before) {
                return Optional.empty();
            }
        }
        return isEmpty() ? Optional.empty() : Optional.of(merged(found));
    }

    private static boolean isAt(List<Word> words, int at, List<Word> part) {
        for (int i = 0; i < part.size(); i++) {
            Word word = words.get(at + i);
            boolean follows = i == 0 || word.continues(words.get(at + i - 1));
            if (!follows || !word.folded().equals(part.get(i).folded())) {
                return false;
            }
        }
        return true;
    }

    /** The same parts of the text, without those that overlap. */
    private static List<Highlight> merged(List<Highlight> found) {
        List<Highlight> merged = new ArrayList<>();
        for (Highlight each :
                found.stream().sorted(Comparator.comparingInt(Highlight::from)).toList()) {
            int last = merged.size() - 1;
            if (last >= 0 && merged.get(last).end() > each.from()) {
                int from = merged.get(last).from();
                merged.set(last, new Highlight(from, Math.max(merged.get(last).end(), each.end()) - from));
            } else {
                merged.add(each);
            }
        }
        return List.copyOf(merged);
    }
}
