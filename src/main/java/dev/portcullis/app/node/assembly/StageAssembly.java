package dev.portcullis.app.node.assembly;

import dev.portcullis.bus.Stage;
import io.vertx.core.VerticleBase;

/** What a stage of this node is made of. */
public interface StageAssembly {
    Stage stage();

    /** @param number of the instance, from 0 */
    VerticleBase newVerticle(int number);
}
