package dev.portcullis.ratelimit.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LiteralMatcherTest {
    /** Compared with a search for each literal at each place. */
    @Test
    void random_literals_are_found_wherever_they_end() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            List<String> literals = new ArrayList<>(new TreeSet<>(words(random, 8, 4)));
            String text = words(random, 1, 60).get(0);
            LiteralMatcher matcher = new LiteralMatcher(literals);
            int state = 0;
            for (int i = 0; i < text.length(); i++) {
                state = matcher.step(state, text.charAt(i));
                String until = text.substring(0, i + 1);
                List<String> found = new ArrayList<>();
                for (int id : matcher.found(state)) {
                    found.add(literals.get(id));
                }
                assertThat(found)
                        .containsExactlyInAnyOrderElementsOf(
                                literals.stream().filter(until::endsWith).toList());
            }
        }
    }

    private static List<String> words(Random random, int count, int maxLength) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder word = new StringBuilder();
            int length = 1 + random.nextInt(maxLength);
            for (int k = 0; k < length; k++) {
                word.append("abé".charAt(random.nextInt(count == 1 ? 3 : 2)));
            }
            words.add(word.toString());
        }
        return words;
    }
}
