package dev.portcullis.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.chain.ChainFile;
import dev.portcullis.audit.chain.ChainHead;
import dev.portcullis.audit.chain.WrittenChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to the files of a chain without its key: a report that says that nothing is wrong has the history
 * that was written, before and after the node starts again, and nothing is lost that the node has not written.
 */
class ChainManipulationTest {
    private static final Pattern PLANTED = Pattern.compile("mallory-[0-9]+-");

    private static final String LINE = "\\{\"n\":[0-9]{1,16},.*\"hash\":\"[0-9a-f]{64}\"}";

    @TempDir
    static Path written;

    private static ChainHead head = new ChainHead(1, "", "");
    private static List<String> history = List.of();

    @TempDir
    Path folder;

    private Forger forger = new Forger(Path.of("."));
    private Random random = new Random();
    private int planted;

    @BeforeAll
    static void write() throws IOException {
        head = WrittenChain.write(written, 60, 6_000);
        history = lines(new Forger(written));
    }

    @RepeatedTest(80)
    void changed_history_is_never_said_to_be_whole(RepetitionInfo round) throws IOException {
        Forger.copy(written, folder);
        forger = new Forger(folder);
        random = new Random(round.getCurrentRepetition());
        PublicKey key = forger.publicKey();
        List<Integer> ways = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            ways.add(random.nextInt(14));
        }
        Collections.sort(ways);
        for (int way : ways) {
            manipulate(way);
        }

        ChainReport byStore = forger.verify(List.of(), Anchor.of(Optional.of(head)));
        if (byStore.isWhole()) {
            assertThat(lines(forger).subList(0, history.size())).isEqualTo(history);
        }
        ChainReport byKey = forger.verify(List.of(key), Anchor.none(""));
        if (byKey.isWhole()) {
            int signed = (int) byKey.signed();
            assertThat(lines(forger).subList(0, signed)).isEqualTo(history.subList(0, signed));
        }

        boolean known = random.nextBoolean();
        Set<String> before = planted();
        ChainHead next = forger.restart(
                known ? Optional.of(head) : Optional.empty(), random.nextBoolean() ? 3 : 1_000, random.nextInt(40));

        assertThat(planted()).as("%s", ways).containsAll(before);
        check(forger.verify(List.of(), Anchor.of(Optional.of(next))), known, ways);
        check(forger.verify(List.of(key), Anchor.of(Optional.of(next))), known, ways);
    }

    private void check(ChainReport report, boolean known, List<Integer> ways) throws IOException {
        if (!report.isWhole()) {
            return;
        }
        List<String> lines = lines(forger);
        int from = (int) report.first() - 1;
        int same = 0;
        while (same < lines.size()
                && from + same < history.size()
                && lines.get(same).equals(history.get(from + same))) {
            same++;
        }
        assertThat(lines.subList(same, lines.size()))
                .as("%s", ways)
                .noneMatch(line -> line.contains(Forger.MARK))
                .doesNotContainAnyElementsOf(history);
        if (known) {
            assertThat(from + same)
                    .as("%s", ways)
                    .isGreaterThanOrEqualTo(Math.min(history.size(), from + lines.size()));
        }
    }

    private Set<String> planted() throws IOException {
        Set<String> all = new TreeSet<>();
        PLANTED.matcher(forger.everything()).results().map(MatchResult::group).forEach(all::add);
        return all;
    }

    private void manipulate(int way) throws IOException {
        List<ChainFile> files = forger.files();
        if (files.size() < 2 || ((way == 10 || way == 12) && !endsWithLines(files))) {
            return;
        }
        ChainFile file = files.get(random.nextInt(files.size()));
        ChainFile newest = files.get(files.size() - 1);
        List<String> lines = Forger.lines(file);
        int at = random.nextInt(Math.max(1, lines.size()));
        switch (way) {
            case 0 -> Files.write(file.path(), Arrays.copyOf(bytes(file), random.nextInt(bytes(file).length)));
            case 1 -> {
                lines.remove(at);
                Forger.rewrite(file, lines);
            }
            case 2 -> rehash(files, random.nextInt(history.size() / 2));
            case 3 -> {
                byte[] all = bytes(file);
                all[random.nextInt(all.length)] ^= (byte) (1 << random.nextInt(7));
                Files.write(file.path(), all);
            }
            case 4 -> {
                Collections.swap(lines, at, random.nextInt(lines.size()));
                Forger.rewrite(file, lines);
            }
            case 5 -> {
                Path between = Files.move(file.path(), folder.resolve("between"));
                Files.move(newest.equals(file) ? files.get(0).path() : newest.path(), file.path());
                Files.move(between, newest.equals(file) ? files.get(0).path() : newest.path());
            }
            case 6 -> Files.delete(file.path());
            case 7 -> Files.move(file.path(), name(random.nextInt(400)));
            case 8 -> Files.createDirectories(name(900 + random.nextInt(9)));
            case 9 -> Files.writeString(name(random.nextInt(99) + 300), plant() + "\n");
            case 10 -> forger.append(newest, "audit.deleted", forger.cutBeginning());
            case 11 -> {
                lines.add(lines.get(at));
                Forger.rewrite(file, lines);
            }
            case 12 -> forger.append(newest, "ws.connect", ",\"userId\":\"" + plant() + '"');
            default -> Files.writeString(newest.path(), "\n" + plant(), StandardOpenOption.APPEND);
        }
    }

    private static boolean endsWithLines(List<ChainFile> files) throws IOException {
        for (ChainFile each : files.subList(files.size() - 2, files.size())) {
            List<String> lines = Forger.lines(each);
            if (lines.isEmpty() || !lines.get(lines.size() - 1).matches(LINE)) {
                return false;
            }
        }
        return true;
    }

    /** Changes a line, and computes all hashes behind it again. */
    private static void rehash(List<ChainFile> files, int at) throws IOException {
        List<String> all = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (ChainFile each : files) {
            List<String> lines = Forger.lines(each);
            counts.add(lines.size());
            all.addAll(lines);
        }
        int from = Math.min(all.size() - 1, Math.max(1, at));
        if (all.stream().skip(from - 1).anyMatch(line -> !line.matches(LINE))) {
            return;
        }
        all.set(from, all.get(from).replace("\"severity\":\"", "\"severity\":\"mallory"));
        List<String> forged = IndependentReader.rehash(all, from);
        int next = 0;
        for (int i = 0; i < files.size(); i++) {
            Forger.rewrite(files.get(i), forged.subList(next, next + counts.get(i)));
            next += counts.get(i);
        }
    }

    private String plant() {
        return Forger.MARK + '-' + planted++ + '-';
    }

    private Path name(int n) {
        return folder.resolve(String.format("audit-node-a-%016d.jsonl", n));
    }

    private static byte[] bytes(ChainFile file) throws IOException {
        return Files.readAllBytes(file.path());
    }

    private static List<String> lines(Forger forger) throws IOException {
        List<String> all = new ArrayList<>();
        for (ChainFile each : forger.files()) {
            all.addAll(Files.readAllLines(each.path(), StandardCharsets.ISO_8859_1));
        }
        return all;
    }
}
