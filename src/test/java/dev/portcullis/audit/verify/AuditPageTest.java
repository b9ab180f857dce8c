package dev.portcullis.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.audit.chain.ChainEvent;
import dev.portcullis.audit.chain.ChainFile;
import dev.portcullis.audit.chain.ChainHead;
import dev.portcullis.audit.chain.WrittenChain;
import dev.portcullis.audit.verify.ChainReport.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page tells an auditor is true, and works without our program. */
class AuditPageTest {
    private static final Path PAGE = Path.of("src/docs/audit.md");

    @TempDir
    Path folder;

    private ChainHead head = new ChainHead(1, "", "");
    private List<ChainFile> files = List.of();

    @BeforeEach
    void write() throws IOException {
        head = WrittenChain.write(folder, 60, 6_000);
        files = ChainFile.all(folder, WrittenChain.NAME);
    }

    @Test
    void hashes_are_those_that_the_page_describes() throws IOException {
        List<String> lines = new ArrayList<>();
        for (ChainFile file : files) {
            lines.addAll(Files.readAllLines(file.path(), StandardCharsets.US_ASCII));
        }
        assertThat(IndependentReader.firstWrong(lines)).isZero();
        assertThat(lines).hasSize((int) head.n());

        lines.set(12, lines.get(12).replace("192.0.2.", "192.0.3."));
        assertThat(IndependentReader.firstWrong(lines)).isEqualTo(13);
    }

    @Test
    void script_of_the_page_agrees() throws Exception {
        assumeTrue(has("python3", "--version"), "there is no Python here");
        Path script = Files.writeString(folder.resolve("check.py"), block("python"));

        assertThat(run("python3", script.toString(), folder.toString()))
                .isEqualTo("lines fit up to " + head.n() + " with hash " + head.hash() + "\n");

        Path changed = files.get(1).path();
        List<String> lines = new ArrayList<>(Files.readAllLines(changed, StandardCharsets.US_ASCII));
        lines.set(3, lines.get(3).replace("\"user-", "\"user_"));
        Files.write(changed, lines, StandardCharsets.US_ASCII);
        assertThat(run("python3", script.toString(), folder.toString())).isEqualTo(changed + ":4: does not fit\n");
    }

    @Test
    void one_line_can_be_checked_with_sha256sum() throws Exception {
        assumeTrue(has("sha256sum", "--version"), "there is no sha256sum here");
        String command = block("sh", "sha256sum");
        String line = Files.readAllLines(files.get(1).path()).get(4);

        assertThat(run("sh", "-c", "n=5 file=" + files.get(1).path() + "; " + command))
                .startsWith(line.substring(line.length() - 66, line.length() - 2));
    }

    @Test
    void signature_can_be_checked_with_openssl() throws Exception {
        assumeTrue(has("openssl", "pkeyutl", "-help"), "there is no OpenSSL here");
        assumeTrue(run("openssl", "version").startsWith("OpenSSL 3"), "this OpenSSL is another one");
        String checkpoint = Files.readAllLines(files.get(1).path()).stream()
                .filter(line -> line.contains("\"event\":\"" + ChainEvent.CHECKPOINT.id() + '"'))
                .findFirst()
                .orElseThrow();
        String variables =
                "cd " + folder + " && chain=" + WrittenChain.NAME + " n=" + field(checkpoint, "\"n\":([0-9]+)")
                        + " prev=" + field(checkpoint, "\"prev\":\"([0-9a-f]+)\"")
                        + " signature=" + field(checkpoint, "\"signature\":\"([A-Za-z0-9_-]+)\"") + "\n";

        assertThat(run("bash", "-c", variables + block("sh", "pkeyutl -verify")))
                .contains("Signature Verified Successfully");
        assertThat(run("bash", "-c", variables + "chain=other\n" + block("sh", "pkeyutl -verify")))
                .doesNotContain("Successfully");
    }

    @Test
    void page_names_each_line_of_a_chain_and_each_finding() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(Stream.of(ChainEvent.values()).map(ChainEvent::id))
                .allMatch(id -> page.contains("| `" + id + "` |"));
        assertThat(Stream.of(Finding.Kind.values()).map(Finding.Kind::id))
                .allMatch(id -> page.contains("| `" + id + "` |"));
    }

    private static String field(String line, String pattern) {
        var found = java.util.regex.Pattern.compile(pattern).matcher(line);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private static String block(String language) throws IOException {
        return block(language, "");
    }

    private static String block(String language, String containing) throws IOException {
        return Stream.of(Files.readString(PAGE).split("```" + language + "\n", -1))
                .skip(1)
                .map(rest -> rest.substring(0, rest.indexOf("```")))
                .filter(text -> text.contains(containing))
                .findFirst()
                .orElseThrow();
    }

    private static boolean has(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException | InterruptedException missing) {
            return false;
        }
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
