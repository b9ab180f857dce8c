package dev.portcullis.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a node says about itself so that others can tell whether it belongs to them.
 *
 * @param wire the version of what it sends to other nodes, as the bus states it
 * @param known of each fact the values; secrets only as a {@link SettingDigest}. What does not concern its stages is absent
 */
public record SharedSettings(int wire, Map<SharedSetting, Set<String>> known) {
    /** So that the release before can run beside the next one. */
    private static final int MAX_VERSION_GAP = 1;

    /** Why a node does not belong to another one. */
    record Mismatch(String node, String problem, String fix) {
        String line() {
            return "this node does not fit into the running cluster: " + node + " " + problem + "; " + fix;
        }
    }

    public SharedSettings {
        Map<SharedSetting, Set<String>> copy = new HashMap<>();
        known.forEach((setting, values) -> copy.put(setting, Set.copyOf(values)));
        known = Map.copyOf(copy);
    }

    /** What keeps a node of these facts from joining one of those, if anything does. */
    Optional<Mismatch> mismatchWith(String node, SharedSettings theirs, Set<SharedSetting> mayDiffer) {
        if (Math.abs(wire - theirs.wire) > MAX_VERSION_GAP) {
            return Optional.of(new Mismatch(
                    node,
                    "speaks version " + theirs.wire + " of the wire and this one version " + wire,
                    "take over one release after the other"));
        }
        return Stream.of(SharedSetting.values()) // in their order: what is graver is said first
                .filter(setting -> !setting.mayDiffer() || !mayDiffer.contains(setting))
                .filter(setting -> !compatible(valuesOf(setting), theirs.valuesOf(setting)))
                .findFirst()
                .map(setting -> new Mismatch(node, "has another value of " + setting.displayName(), fix(setting)));
    }

    private Set<String> valuesOf(SharedSetting setting) {
        return known.getOrDefault(setting, Set.of());
    }

    /**
     * One holds the other: so a key is replaced by adding the new one everywhere before the old one goes, and who knows
     * nothing of a thing fits everybody.
     */
    private static boolean compatible(Set<String> one, Set<String> other) {
        return one.containsAll(other) || other.containsAll(one);
    }

    private static String fix(SharedSetting setting) {
        return setting.mayDiffer()
                ? "make both the same, or name " + setting.id()
                        + " in cluster.allowedDifferences while a change is rolled out"
                : "make both the same, or give this node another store";
    }
}
