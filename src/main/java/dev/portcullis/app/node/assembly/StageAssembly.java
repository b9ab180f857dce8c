package dev.portcullis.app.node.assembly;

import dev.portcullis.bus.Stage;
import io.vertx.core.VerticleBase;

/** The verticles and objects of one stage of this node. */
public interface StageAssembly {
    Stage stage();

    /** @param number of the instance, from 0 */
    VerticleBase newVerticle(int number);
}
