package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Stage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedSettingsTest {
    private static final int WIRE = 7;

    @ParameterizedTest
    @ValueSource(ints = {WIRE - 1, WIRE, WIRE + 1})
    void previous_and_next_release_fit(int wire) {
        assertThat(against(new SharedSettings(wire, Map.of()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {WIRE - 2, WIRE + 2})
    void other_releases_do_not_fit(int wire) {
        assertThat(against(new SharedSettings(wire, Map.of())).orElseThrow().line())
                .isEqualTo("this node does not fit into the running cluster: other speaks version " + wire
                        + " of the wire and this one version 7; upgrade one release after the other");
    }

    @ParameterizedTest
    @EnumSource(SharedSetting.class)
    void setting_with_another_value_is_named_without_its_values(SharedSetting setting) {
        SharedSettings mine = of(setting, "mine");
        String line = mine.mismatchWith("other", of(setting, "theirs"), Set.of())
                .orElseThrow()
                .line();
        assertThat(line)
                .contains("other has another value of " + setting.displayName())
                .doesNotContain("mine", "theirs");
        assertThat(mine.mismatchWith("other", of(setting, "mine"), Set.of())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SharedSetting.class)
    void allowed_difference_fits_unless_it_would_split_the_cluster(SharedSetting setting) {
        assertThat(of(setting, "mine")
                        .mismatchWith("other", of(setting, "theirs"), Set.of(setting))
                        .isEmpty())
                .isEqualTo(setting.mayDiffer());
    }

    /** A secret is replaced without an outage: the new one is added everywhere before the old one is removed. */
    @Test
    void values_fit_if_one_side_contains_the_other() {
        SharedSettings old = of(SharedSetting.ISSUERS, "old");
        SharedSettings both = of(SharedSetting.ISSUERS, "old", "new");
        SharedSettings next = of(SharedSetting.ISSUERS, "new");
        assertThat(both.mismatchWith("other", old, Set.of())).isEmpty();
        assertThat(old.mismatchWith("other", both, Set.of())).isEmpty();
        assertThat(next.mismatchWith("other", both, Set.of())).isEmpty();
        assertThat(next.mismatchWith("other", old, Set.of())).isPresent();
    }

    /** What fits while nodes are restarted one by one is no agreement where all of them change at one moment. */
    @Test
    void key_that_only_one_node_has_is_a_difference() {
        SharedSettings old = of(SharedSetting.ISSUERS, "old");
        SharedSettings both = of(SharedSetting.ISSUERS, "old", "new");
        String name = SharedSetting.ISSUERS.displayName();
        assertThat(both.difference(old, Set.of())).contains(name);
        assertThat(old.difference(both, Set.of())).contains(name);
        assertThat(old.difference(both, Set.of(SharedSetting.ISSUERS))).isEmpty();
        assertThat(both.difference(both, Set.of())).isEmpty();
        assertThat(both.difference(of(SharedSetting.LANES, "256"), Set.of())).isEmpty();
    }

    @Test
    void node_without_values_of_a_setting_fits() {
        assertThat(of(SharedSetting.ISSUERS, "key").mismatchWith("other", of(SharedSetting.LANES, "256"), Set.of()))
                .isEmpty();
    }

    @Test
    void row_is_read_as_it_was_written() {
        NodeRow row = new NodeRow("n", of(SharedSetting.ISSUERS, "a", "b"), Map.of(Stage.EDGE, 2), "0.1.0");
        assertThat(NodeRow.of("n", row.text())).contains(row);
    }

    @Test
    void additions_of_a_later_release_to_a_row_are_ignored() {
        assertThat(NodeRow.of(
                        "n",
                        "{\"wire\":8,\"more\":[1],\"facts\":{\"lanes\":[\"256\"],\"moons\":[\"1\"]},"
                                + "\"stages\":{\"edge\":1,\"oracle\":1}}"))
                .contains(new NodeRow(
                        "n",
                        new SharedSettings(8, Map.of(SharedSetting.LANES, Set.of("256"))),
                        Map.of(Stage.EDGE, 1),
                        ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"wire\":\"1\"}",
                "{\"wire\":1,\"facts\":[]}",
                "{\"wire\":1,\"facts\":{\"lanes\":\"256\"}}",
                "{\"wire\":1,\"facts\":{\"lanes\":[256]}}",
                "{\"wire\":1,\"stages\":{\"edge\":\"1\"}}"
            })
    void malformed_row_is_empty(String text) {
        assertThat(NodeRow.of("n", text)).isEmpty();
    }

    private static Optional<SharedSettings.Mismatch> against(SharedSettings theirs) {
        return new SharedSettings(WIRE, Map.of()).mismatchWith("other", theirs, Set.of());
    }

    private static SharedSettings of(SharedSetting setting, String... values) {
        return new SharedSettings(WIRE, Map.of(setting, Set.of(values)));
    }
}
