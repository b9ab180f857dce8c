package dev.portcullis.audit.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of a chain, named by the number of its first line.
 *
 * @param first the number of its first line
 */
public record ChainFile(Path path, String chain, long first) {
    /** The form of a chain's name, which may be an IPv6 address. */
    static final String NAME = "[A-Za-z0-9:][A-Za-z0-9.:-]{0,62}";

    private static final Pattern FORM = Pattern.compile("audit-(" + NAME + ")-([0-9]{16})\\.jsonl");

    static ChainFile in(Path folder, String chain, long first) {
        return new ChainFile(
                folder.resolve(String.format(Locale.ROOT, "audit-%s-%016d.jsonl", chain, first)), chain, first);
    }

    /** The files of all chains in a folder, in the order of their lines; others are ignored. */
    private static List<ChainFile> all(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) // CWE-59
                    .flatMap(path -> of(path).stream())
                    .sorted(Comparator.comparing(ChainFile::chain).thenComparing(ChainFile::first))
                    .toList();
        }
    }

    public static List<ChainFile> all(Path folder, String chain) throws IOException {
        return all(folder).stream().filter(file -> file.chain.equals(chain)).toList();
    }

    /** The names of the chains that have files in a folder. */
    public static List<String> chains(Path folder) throws IOException {
        return List.copyOf(
                new TreeSet<>(all(folder).stream().map(ChainFile::chain).toList()));
    }

    public String name() {
        return String.valueOf(path.getFileName());
    }

    private static Optional<ChainFile> of(Path path) {
        Matcher name = FORM.matcher(String.valueOf(path.getFileName()));
        return name.matches()
                ? Optional.of(new ChainFile(path, name.group(1), Long.parseLong(name.group(2))))
                : Optional.empty();
    }
}
