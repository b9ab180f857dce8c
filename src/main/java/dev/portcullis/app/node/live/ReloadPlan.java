package dev.portcullis.app.node.live;

import dev.portcullis.cluster.SharedSettings;
import dev.portcullis.config.SettingChange;
import java.util.List;

/**
 * What a reload would change on one node, which has checked it.
 *
 * @param before what all nodes of a cluster must share, as it is
 * @param shared the same as it would be then
 */
record ReloadPlan(List<SettingChange> changes, SharedSettings before, SharedSettings shared) {
    boolean changesWhatNodesShare() {
        return !shared.equals(before);
    }
}
