package io.latestimage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.Setting;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void namesEverySetting() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Usage.printHelp(new PrintStream(printed, true, UTF_8));
        String help = printed.toString(UTF_8);
        for (Setting setting : Setting.values()) {
            assertThat(help).contains(setting.name(), setting.defaultValue(), setting.meaning());
        }
        assertThat(help).contains("curl -F 'image=@photo.png' localhost:8080/upload", "--check-volume [DIR]");
        assertThat(help.lines()).as("lines fit a terminal").allMatch(line -> line.length() <= 120);
    }
}
