package dev.portcullis.archive.postgres;

import dev.portcullis.archive.SearchedMessage;
import dev.portcullis.protocol.UserId;
import dev.portcullis.search.Words;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/**
 * The keys under which the index has a message: a number for each term of its text, for its stream, its users, and its time. The
 * index finds by some of them at once, so a word that is common elsewhere costs nothing in a small room. Two terms may have one
 * number: who asks reads the message.
 */
final class IndexKeys {
    /** Messages of some five hours have one key of time. */
    static final int TIME_BITS = 24;

    /** The keys that are of no term, at the most. */
    private static final int OTHERS = 4;

    private IndexKeys() {}

    /** What a key is of. The numbers are stored. */
    private enum Kind {
        TERM(1),
        STREAM(2),
        AUTHOR(3),
        WITH(4),
        TIME(5);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int key(String text) {
            CRC32C sum = new CRC32C();
            sum.update(number);
            sum.update(text.getBytes(StandardCharsets.UTF_8));
            return (int) sum.getValue();
        }
    }

    static int[] of(SearchedMessage message, int stream) {
        int[] terms = terms(Words.terms(message.text()));
        int[] keys = Arrays.copyOf(terms, terms.length + OTHERS);
        int count = terms.length;
        keys[count++] = stream(stream);
        keys[count++] = author(message.author());
        keys[count++] = Kind.TIME.key(Long.toString(message.place().timestamp() >> TIME_BITS));
        if (message.with().isPresent()) {
            keys[count++] = with(message.with().get());
        }
        return distinct(Arrays.copyOf(keys, count));
    }

    private static int[] distinct(int[] keys) {
        Arrays.sort(keys);
        int count = 0;
        for (int key : keys) {
            if (count == 0 || key != keys[count - 1]) {
                keys[count++] = key;
            }
        }
        return Arrays.copyOf(keys, count);
    }

    static int[] terms(Collection<String> terms) {
        int[] keys = new int[terms.size()];
        int count = 0;
        for (String term : terms) {
            keys[count++] = Kind.TERM.key(term);
        }
        return keys;
    }

    static int stream(int number) {
        return Kind.STREAM.key(Integer.toString(number));
    }

    static int author(UserId user) {
        return Kind.AUTHOR.key(user.value());
    }

    static int with(UserId user) {
        return Kind.WITH.key(user.value());
    }

    /** The keys of all times from the first to the last one. */
    static List<Integer> times(long first, long last) {
        return LongStream.rangeClosed(first >> TIME_BITS, last >> TIME_BITS)
                .mapToObj(each -> Kind.TIME.key(Long.toString(each)))
                .toList();
    }
}
