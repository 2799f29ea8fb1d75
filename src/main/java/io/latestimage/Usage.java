package io.latestimage;

import io.latestimage.config.Setting;
import java.io.PrintStream;

/** The text of {@code --help}. */
final class Usage {
    private Usage() {}

    static void printHelp(PrintStream out) {
        out.println("latest-image: one image, always the latest one, always there.");
        out.println();
        out.println("Usage: java -jar latest-image.war [--help | --version | --check-volume [DIR]]");
        out.println();
        out.println("  (no option)           runs the service until SIGTERM or SIGINT");
        out.println("  --help                prints this text");
        out.println("  --version             prints the version, the commit and the branch of this build");
        out.println("  --check-volume [DIR]  checks whether the folder DIR (default: IMAGE_DIR) is suitable as the");
        out.println("                        storage, and says what to change if not. The service may be running.");
        out.println();
        out.println("Exit status: 0 after an orderly end; 1 if the server cannot start, or the volume is not");
        out.println("suitable; 2 if arguments or settings are invalid.");
        out.println();
        out.println("Settings are environment variables. All invalid settings are reported at startup.");
        for (Setting setting : Setting.values()) {
            String value = setting.defaultValue().isEmpty() ? "not set" : setting.defaultValue();
            out.printf(
                    "  %-22s  %s%n  %-22s  (%s; default: %s)%n",
                    setting, setting.meaning(), "", setting.expected(), value);
        }
        out.println();
        out.println("curl -F 'image=@photo.png' localhost:8080/upload    replaces the image");
        out.println("curl localhost:8080/image -o out.png                downloads the image");
    }
}
