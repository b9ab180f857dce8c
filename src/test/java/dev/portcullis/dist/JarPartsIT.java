package dev.portcullis.dist;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.Main;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The list of parts (SBOM) in the jar names what is in the jar: what it leaves out, no scanner would warn of. */
class JarPartsIT {
    private static final Path JAR = Path.of(System.getProperty("portcullis.jar", "target/portcullis.jar"));
    private static final String LIST = "META-INF/sbom/portcullis.cdx.json";
    private static final Pattern PURL =
            Pattern.compile("pkg:maven/[^/]+/([^@]+)@([^?]+)\\?(?:classifier=([^&]+)&)?type=jar");

    /** The build makes it of all parts. */
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private static Map<String, Path> classPath;
    private static List<JsonObject> parts;

    @BeforeAll
    static void read() throws IOException {
        classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString(), Function.identity(), (one, other) -> one));
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            ZipEntry list = jar.getEntry(LIST);
            assertThat(list).as("%s in %s", LIST, JAR).isNotNull();
            String text = new String(jar.getInputStream(list).readAllBytes(), StandardCharsets.UTF_8);
            parts = new JsonObject(text)
                    .getJsonArray("components").stream()
                            .map(JsonObject.class::cast)
                            .toList();
        }
    }

    @Test
    void listed_part_has_the_hash_of_the_file_that_the_jar_was_made_of() throws Exception {
        for (JsonObject part : parts) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            assertThat(part.getJsonArray("hashes").stream()
                            .map(JsonObject.class::cast)
                            .filter(hash -> hash.getString("alg").equals("SHA-256"))
                            .map(hash -> hash.getString("content")))
                    .as(part.getString("purl"))
                    .containsExactly(HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file(part)))));
            assertThat(part.getJsonArray("licenses")).as(part.getString("purl")).isNotEmpty();
        }
    }

    @Test
    void class_of_a_listed_part_is_in_the_jar() throws IOException {
        Set<String> inJar = entries(JAR);
        for (JsonObject part : parts) {
            assertThat(entries(file(part)).stream()
                            .filter(entry -> entry.endsWith(".class"))
                            .filter(entry -> !entry.endsWith("module-info.class")))
                    .as(part.getString("purl"))
                    .allMatch(inJar::contains);
        }
    }

    @Test
    void file_in_the_jar_is_of_the_server_or_of_a_listed_part() throws Exception {
        Set<String> known = new HashSet<>(Set.of(MANIFEST));
        for (JsonObject part : parts) {
            known.addAll(entries(file(part)));
        }
        Path own = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(own)) {
            files.filter(Files::isRegularFile)
                    .forEach(each -> known.add(own.relativize(each).toString().replace(File.separatorChar, '/')));
        }

        assertThat(entries(JAR)).hasSizeGreaterThan(10_000).isSubsetOf(known);
    }

    private static Path file(JsonObject part) {
        Matcher purl = PURL.matcher(part.getString("purl"));
        assertThat(purl.matches()).as(part.getString("purl")).isTrue();
        String classifier = purl.group(3) == null ? "" : "-" + purl.group(3);
        String name = purl.group(1) + "-" + purl.group(2) + classifier + ".jar";
        assertThat(classPath).containsKey(name);
        return classPath.getOrDefault(name, Path.of(name));
    }

    private static Set<String> entries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .collect(toSet());
        }
    }
}
