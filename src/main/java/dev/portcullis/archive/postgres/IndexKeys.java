package dev.portcullis.archive.postgres;

import dev.portcullis.archive.SearchedMessage;
import dev.portcullis.protocol.UserId;
import dev.portcullis.search.Words;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The keys under which the index has a message: a number for each term of its text, for its stream, its users, and its time. The index
 * finds by some of them at once, so a word that is common elsewhere costs nothing in a small room. Two terms may have one number: who
 * asks reads the message.
 */
final class IndexKeys {
    /** Messages of some five hours have one key of time. */
    static final int TIME_BITS = 24;

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
        IntStream where = IntStream.of(
                stream(stream),
                author(message.author()),
                Kind.TIME.key(Long.toString(message.place().timestamp() >> TIME_BITS)));
        IntStream with = message.with().stream().mapToInt(IndexKeys::with);
        IntStream terms = IntStream.of(terms(Words.terms(message.text())));
        return Stream.of(where, with, terms)
                .flatMapToInt(each -> each)
                .distinct()
                .toArray();
    }

    static int[] terms(Collection<String> terms) {
        return terms.stream().mapToInt(Kind.TERM::key).toArray();
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

    /** An array as SQL writes it. */
    static String list(int[] keys) {
        return Arrays.stream(keys).mapToObj(Integer::toString).collect(Collectors.joining(",", "{", "}"));
    }
}
