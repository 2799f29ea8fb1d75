package io.latestimage.e2e.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.UploadForm;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.recipes.RecipePart.Block;
import io.latestimage.e2e.recipes.RecipePart.Service;
import io.latestimage.e2e.system.Program;
import io.latestimage.e2e.system.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The service that the blocks of a page use, and the folder in which they run. */
final class RecipeService implements AutoCloseable {
    /** The address that the pages print. The service listens on another port, so that tests can run side by side. */
    private static final String PRINTED = "localhost:8080";

    /** Far longer than a block takes that waits for nothing. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String TOKEN = "_TOKEN";
    private static final List<String> PROXIES = List.of("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");

    private final ServiceProcess process;
    private final Path folder;
    private final String uploadToken;

    private RecipeService(ServiceProcess process, Path folder, String uploadToken) {
        this.process = process;
        this.folder = folder;
        this.uploadToken = uploadToken;
    }

    /**
     * Starts a service with its settings. It has no image yet.
     *
     * @param folder an empty folder, for the service and for the blocks
     */
    static RecipeService start(Service wanted, Path folder) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("IMAGE_DIR", folder.resolve("data").toString());
        environment.put("DRAIN_TIME", "0s");
        for (Map.Entry<String, String> setting : wanted.settings().entrySet()) {
            String name = setting.getKey();
            if (name.endsWith(TOKEN)) {
                Path file = Files.writeString(folder.resolve(name), setting.getValue() + "\n");
                environment.put(name + "_FILE", file.toString());
            } else {
                environment.put(name, setting.getValue());
            }
        }
        SampleImages.writeTo(Files.createDirectories(folder.resolve("work")));
        String uploadToken = wanted.settings().getOrDefault("UPLOAD" + TOKEN, "");
        return new RecipeService(ServiceProcess.start(Program.SERVICE, List.of(), environment), folder, uploadToken);
    }

    /** The folder in which the blocks run. It has the sample images. */
    Path work() {
        return folder.resolve("work");
    }

    Target target() {
        return process.target();
    }

    /** Uploads a sample image as a form, which all versions of the service accept. */
    void upload(String name) throws IOException {
        SingleRequest request = SingleRequest.get(target(), "/upload")
                .sending("POST", UploadForm.of(SampleImages.bytes(name)))
                .with("Content-Type", UploadForm.CONTENT_TYPE);
        if (!uploadToken.isEmpty()) {
            request = request.with("Authorization", "Bearer " + uploadToken);
        }
        Reply reply = request.send();
        assertThat(reply.status()).as(reply::text).isEqualTo(201);
    }

    /** The command that runs a block as it is printed, except for the port. A shell stops at the first error. */
    Command command(Block block) throws IOException {
        String text = block.text().replace(PRINTED, "localhost:" + target().port());
        String script = Files.writeString(folder.resolve("block"), text).toString();
        Command command =
                block.language().equals("sh") ? Command.of("sh", "-eu", script) : Command.of("python3", script);
        for (String proxy : PROXIES) {
            command = command.with(proxy, "");
        }
        // Another HOME keeps the settings of the developer's curl and Wget out of the test.
        return command.with("HOME", work().toString())
                .with("TOKEN", uploadToken)
                .in(work())
                .within(LIMIT);
    }

    @Override
    public void close() {
        process.close();
    }
}
