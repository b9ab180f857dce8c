package dev.portcullis.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a user looks for: texts that have all the words of a query, in any order. Characters of a script without spaces that stand side
 * by side in the query do so in the text. Any text is a query, since no character in it is an operator.
 */
public final class SearchTerms {
    /** The most places of one text that are named: a text of many short words is not to fill a page with numbers. */
    static final int MOST_PLACES = 100;

    private final Set<String> singles;
    private final List<Sequence> sequences;

    private SearchTerms(Set<String> singles, List<Sequence> sequences) {
        this.singles = singles;
        this.sequences = sequences;
    }

    public static SearchTerms of(String query) {
        Set<List<String>> parts = new LinkedHashSet<>();
        List<String> part = new ArrayList<>();
        List<Word> words = Words.of(query);
        for (int i = 0; i < words.size(); i++) {
            part.add(words.get(i).folded());
            if (i + 1 == words.size() || !words.get(i + 1).continues()) {
                parts.add(part);
                part = new ArrayList<>();
            }
        }
        Set<String> singles = parts.stream()
                .filter(each -> each.size() == 1)
                .map(each -> each.get(0))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return new SearchTerms(
                singles,
                parts.stream().filter(each -> each.size() > 1).map(Sequence::of).toList());
    }

    /** Whether the query has no word. Then no text matches. */
    public boolean isEmpty() {
        return singles.isEmpty() && sequences.isEmpty();
    }

    /** The terms that an index has of each text that matches; it may have them of others too. */
    public Set<String> indexed() {
        Set<String> terms = new LinkedHashSet<>(singles);
        sequences.forEach(sequence -> terms.addAll(sequence.pairs()));
        return terms;
    }

    /**
     * Where the text has what is looked for, from its beginning on, at the first places; empty if the text does not match. Its time
     * grows with the text, however often the query says the same (CWE-407).
     */
    public Optional<List<Highlight>> in(String text) {
        List<Word> words = Words.of(text);
        List<Highlight> found = new ArrayList<>();
        Set<String> missing = new HashSet<>(singles);
        for (Word word : words) {
            if (singles.contains(word.folded()) && (missing.remove(word.folded()) || found.size() < MOST_PLACES)) {
                found.add(new Highlight(word.from(), word.end() - word.from()));
            }
        }
        if (isEmpty() || !missing.isEmpty()) {
            return Optional.empty();
        }
        for (Sequence sequence : sequences) {
            List<Highlight> places = sequence.in(words);
            if (places.isEmpty()) {
                return Optional.empty();
            }
            found.addAll(places);
        }
        return Optional.of(merged(found));
    }

    /**
     * Characters of a script without spaces that stand side by side.
     *
     * @param borders of each beginning of it, how many characters at its end are those of the beginning too: where a text differs,
     * that many need not be compared again
     */
    private record Sequence(List<String> characters, List<Integer> borders) {
        static Sequence of(List<String> characters) {
            List<Integer> borders = new ArrayList<>(List.of(0));
            for (String next : characters.subList(1, characters.size())) {
                borders.add(longer(characters, borders, borders.get(borders.size() - 1), next));
            }
            return new Sequence(characters, borders);
        }

        private static int longer(List<String> characters, List<Integer> borders, int length, String next) {
            int same = length;
            while (same > 0 && !characters.get(same).equals(next)) {
                same = borders.get(same - 1);
            }
            return characters.get(same).equals(next) ? same + 1 : 0;
        }

        List<String> pairs() {
            return IntStream.range(1, characters.size())
                    .mapToObj(i -> characters.get(i - 1) + characters.get(i))
                    .toList();
        }

        /** Its first places. */
        List<Highlight> in(List<Word> words) {
            List<Highlight> found = new ArrayList<>();
            int same = 0;
            for (int at = 0; at < words.size() && found.size() < MOST_PLACES; at++) {
                Word word = words.get(at);
                same = longer(characters, borders, word.continues() ? same : 0, word.folded());
                if (same == characters.size()) {
                    join(found, words.get(at + 1 - same).from(), word.end());
                    same = borders.get(same - 1);
                }
            }
            return found;
        }
    }

    /** The first of the same parts of the text, without those that overlap. */
    private static List<Highlight> merged(List<Highlight> found) {
        List<Highlight> merged = new ArrayList<>();
        found.stream()
                .sorted(Comparator.comparingInt(Highlight::from))
                .forEach(each -> join(merged, each.from(), each.end()));
        return List.copyOf(merged.subList(0, Math.min(MOST_PLACES, merged.size())));
    }

    /** Adds a part of the text behind the others, or makes the last one longer if they overlap. */
    private static void join(List<Highlight> parts, int from, int end) {
        int last = parts.size() - 1;
        if (last >= 0 && parts.get(last).end() > from) {
            int first = parts.get(last).from();
            parts.set(last, new Highlight(first, Math.max(parts.get(last).end(), end) - first));
        } else {
            parts.add(new Highlight(from, end - from));
        }
    }
}
