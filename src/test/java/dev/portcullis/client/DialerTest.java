package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.SelfSigned;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import org.junit.jupiter.api.Test;

class DialerTest extends ClientFixture {
    private final SelfSigned own = SelfSigned.any();

    private ClientOptions trusting(WebSocketClientOptions transport) throws Exception {
        server.close();
        server = new FakeServer(
                vertx,
                new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .addCertPath(own.certificate().toString())
                                .addKeyPath(own.key().toString())));
        return options().withTransport(transport);
    }

    @Test
    void certificate_of_an_unknown_authority_is_refused_whatever_the_options_say() throws Exception {
        connect(trusting(new WebSocketClientOptions().setTrustAll(true).setVerifyHost(false)));

        assertThat(next(ClientEvent.Interrupted.class).disconnect().describe()).contains("not trusted");
        assertThat(server.handshakesWaiting()).isZero();
    }

    @Test
    void authority_of_ones_own_is_trusted_where_it_is_given() throws Exception {
        PemTrustOptions authority =
                new PemTrustOptions().addCertPath(own.certificate().toString());
        PortcullisClient client = connect(trusting(new WebSocketClientOptions().setTrustOptions(authority)));

        assertThat(await(client.send("lobby", "hello")).getString("type")).isEqualTo("ack");
    }
}
