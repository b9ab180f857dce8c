package dev.portcullis.audit.chain;

import java.util.List;
import java.util.Optional;

/**
 * The damage that a start found in the files.
 *
 * @param foreign names of the files to which lines were moved that the node has not written
 */
public record ChainDamage(Optional<Gap> gap, List<String> foreign) {
    public ChainDamage {
        foreign = List.copyOf(foreign);
    }

    /**
     * Lines that the store knows and the files do not have.
     *
     * @param from the first line that is missing, or is another one
     * @param to the last
     */
    public record Gap(long from, long to) {}

    public boolean isAny() {
        return gap.isPresent() || !foreign.isEmpty();
    }
}
