package dev.portcullis.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All rules about the classes of the server in one class, because reading the classes takes longer than judging them. */
@AnalyzeClasses(packages = "dev.portcullis", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchTests packages = ArchTests.in(PackageRules.class);

    @ArchTest
    static final ArchTests order = ArchTests.in(PackageOrder.class);

    @ArchTest
    static final ArchTests circles = ArchTests.in(ClassCircles.class);

    @Test
    void each_package_has_a_description() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> folders = files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .distinct()
                    .toList();
            assertThat(folders)
                    .isNotEmpty()
                    .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                            .content()
                            .contains("@NullMarked")
                            .contains("?"));
        }
    }

    @Test
    void no_package_is_named_util_helper_or_impl() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(Files::isDirectory))
                    .extracting(folder -> folder.getFileName().toString())
                    .doesNotContain("common", "util", "utils", "helper", "helpers", "impl", "manager", "misc");
        }
    }

    @Test
    void circle_is_found_without_the_classes_that_only_lead_to_it_or_from_it() {
        Map<String, SortedSet<String>> references = Map.of(
                "Before", new TreeSet<>(Set.of("A")),
                "A", new TreeSet<>(Set.of("B")),
                "B", new TreeSet<>(Set.of("After", "C")),
                "C", new TreeSet<>(Set.of("A")),
                "Other", new TreeSet<>(Set.of("After")));
        assertThat(new ClassCircles.StronglyConnected(references).components()).containsExactly(Set.of("A", "B", "C"));
    }

    @Test
    void circles_that_only_meet_in_one_direction_are_two() {
        Map<String, SortedSet<String>> references = Map.of(
                "A", new TreeSet<>(Set.of("B")),
                "B", new TreeSet<>(Set.of("A", "C")),
                "C", new TreeSet<>(Set.of("D")),
                "D", new TreeSet<>(Set.of("C")));
        assertThat(new ClassCircles.StronglyConnected(references).components())
                .containsExactlyInAnyOrder(Set.of("A", "B"), Set.of("C", "D"));
    }
}
