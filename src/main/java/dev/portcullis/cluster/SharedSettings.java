package dev.portcullis.cluster;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * The settings that a node publishes so that others can check whether it fits.
 *
 * @param wire the version of the wire form, as the bus defines it
 * @param known the values of each setting; secrets only as a {@link SettingDigest}. Settings that do not concern its
 * stages are absent
 */
public record SharedSettings(int wire, Map<SharedSetting, Set<String>> known) {
    /** Lets the previous release run beside the next one. */
    private static final int MAX_VERSION_GAP = 1;

    /** Why a node does not fit to another one. */
    record Mismatch(String node, String problem, String fix) {
        String line() {
            return "this node does not fit into the running cluster: " + node + " " + problem + "; " + fix;
        }
    }

    public SharedSettings {
        Map<SharedSetting, Set<String>> copy = new EnumMap<>(SharedSetting.class); // in one order, also on the wire
        known.forEach((setting, values) -> copy.put(setting, Collections.unmodifiableSet(new TreeSet<>(values))));
        known = Collections.unmodifiableMap(copy);
    }

    /** The first setting, if any, in which these settings do not fit those of the other node. */
    Optional<Mismatch> mismatchWith(String node, SharedSettings theirs, Set<SharedSetting> mayDiffer) {
        if (Math.abs(wire - theirs.wire) > MAX_VERSION_GAP) {
            return Optional.of(new Mismatch(
                    node,
                    "speaks version " + theirs.wire + " of the wire and this one version " + wire,
                    "upgrade one release after the other"));
        }
        return first(theirs, mayDiffer, (one, other) -> !compatible(one, other))
                .map(setting -> new Mismatch(node, "has another value of " + setting.displayName(), fix(setting)));
    }

    /**
     * The name of the first setting, if any, that concerns both nodes and has other values on the other one. Where all nodes
     * change at one moment, one that lacks a key that the others have would refuse their users.
     */
    public Optional<String> difference(SharedSettings theirs, Set<SharedSetting> mayDiffer) {
        return first(theirs, mayDiffer, (one, other) -> !one.isEmpty() && !other.isEmpty() && !one.equals(other))
                .map(SharedSetting::displayName);
    }

    private Optional<SharedSetting> first(
            SharedSettings theirs, Set<SharedSetting> mayDiffer, BiPredicate<Set<String>, Set<String>> differ) {
        return Stream.of(SharedSetting.values()) // in their order: the gravest is reported first
                .filter(setting -> !setting.mayDiffer() || !mayDiffer.contains(setting))
                .filter(setting -> differ.test(valuesOf(setting), theirs.valuesOf(setting)))
                .findFirst();
    }

    private Set<String> valuesOf(SharedSetting setting) {
        return known.getOrDefault(setting, Set.of());
    }

    /**
     * Fits if one side contains the other: a key is replaced by adding the new one everywhere before the old one is
     * removed, and a node without values of a setting fits every other.
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
