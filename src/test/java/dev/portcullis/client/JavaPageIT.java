package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.TestNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the page about the Java client compiles, and talks with a node. */
class JavaPageIT {
    private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void example_of_the_page_compiles_and_says_hello() throws Exception {
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("src/docs/java.md")));
        assertThat(example.find()).isTrue();
        Path source = Files.writeString(folder.resolve("Hello.java"), example.group(1));
        ByteArrayOutputStream problems = new ByteArrayOutputStream();
        int failures = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        problems,
                        "-Xlint:all,-classfile,-processing",
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(failures).as(problems.toString(StandardCharsets.UTF_8)).isZero();

        assertThat(said()).contains("stored as number 1");
    }

    private String said() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (TestNode node = TestNode.start();
                URLClassLoader loader =
                        new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            loader.loadClass("Hello").getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {node.ws().toString(), node.token("ann")});
        } finally {
            System.setOut(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
