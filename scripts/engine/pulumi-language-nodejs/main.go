// A small language host for Pulumi's engine, for machines that can reach Go's module proxy but not Pulumi's releases:
// it starts Node on the program and lets the program talk to the engine directly. It is built beside the CLI by
// scripts/engine.mjs and is not part of the published package; the official host is used wherever there is one.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// The exit code of a program that has already told its user what went wrong.
const exitAfterMessage = 32

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engine string
	// done ends with the engine: a program must not outlive a killed CLI.
	done context.Context
}

func main() {
	engine := ""
	for _, argument := range os.Args[1:] {
		if !strings.HasPrefix(argument, "-") {
			engine = argument
		}
	}
	if err := serve(engine); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(engine string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stop := make(chan bool)
	go func() {
		<-ctx.Done()
		close(stop)
	}()
	if engine != "" {
		if err := rpcutil.Healthcheck(ctx, engine, 2*time.Second, cancel); err != nil {
			return err
		}
	}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: stop,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, &host{engine: engine, done: ctx})
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port)
	return <-handle.Done
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// GetRequiredPackages names none: node_modules holds providers for every cloud, and each is fetched by the engine when
// a resource first asks for it.
func (h *host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

func (h *host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	runner, err := findRunner(request.GetInfo().GetProgramDirectory())
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	options, err := readOptions(request)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	environment, err := environment(request, options)
	if err != nil {
		return nil, err
	}

	running, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.done, cancel)()
	// #nosec G204 -- running the user's program is the purpose.
	program := exec.CommandContext(running, "node", h.arguments(request, options, runner)...)
	program.Stdout, program.Stderr, program.Env = os.Stdout, os.Stderr, environment

	failure := program.Run()
	var exit *exec.ExitError
	switch {
	case failure == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(failure, &exit) && exit.ExitCode() == exitAfterMessage:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(failure, &exit):
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program exited with code %d", exit.ExitCode())}, nil
	default:
		return &pulumirpc.RunResponse{Error: failure.Error()}, nil
	}
}

// findRunner looks where Node would: in the node_modules of the program's folder and of each folder above.
func findRunner(folder string) (string, error) {
	for {
		runner := filepath.Join(folder, "node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js")
		if _, err := os.Stat(runner); err == nil {
			return runner, nil
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", errors.New("the package @pulumi/pulumi is not installed: run npm install")
		}
		folder = above
	}
}

type options struct {
	nodeArguments []string
	typescript    bool
	tsconfig      string
}

// readOptions reads runtime.options of Pulumi.yaml. nodeargs is split at white space: quotes are not supported.
func readOptions(request *pulumirpc.RunRequest) (options, error) {
	read := options{typescript: true}
	for name, value := range request.GetInfo().GetOptions().AsMap() {
		switch typed := value.(type) {
		case bool:
			if name == "typescript" {
				read.typescript = typed
				continue
			}
		case string:
			switch name {
			case "nodeargs":
				read.nodeArguments = strings.Fields(typed)
				continue
			case "tsconfig":
				read.tsconfig = typed
				continue
			case "packagemanager":
				continue
			}
		}
		return read, fmt.Errorf("Pulumi.yaml: runtime.options.%s: not an option this language host knows", name)
	}
	return read, nil
}

func (h *host) arguments(request *pulumirpc.RunRequest, options options, runner string) []string {
	arguments := append([]string{}, options.nodeArguments...)
	arguments = append(arguments, runner)
	for _, pair := range [][2]string{
		{"monitor", request.GetMonitorAddress()},
		{"engine", h.engine},
		{"organization", request.GetOrganization()},
		{"project", request.GetProject()},
		{"root-directory", request.GetInfo().GetRootDirectory()},
		{"stack", request.GetStack()},
		{"pwd", request.GetPwd()},
		{"parallel", fmt.Sprint(request.GetParallel())},
	} {
		if pair[1] != "" {
			arguments = append(arguments, "--"+pair[0], pair[1])
		}
	}
	if request.GetDryRun() {
		arguments = append(arguments, "--dry-run")
	}
	entry := request.GetInfo().GetEntryPoint()
	if entry == "" {
		entry = "."
	}
	return append(append(arguments, entry), request.GetArgs()...)
}

func environment(request *pulumirpc.RunRequest, options options) ([]string, error) {
	configuration, err := json.Marshal(request.GetConfig())
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(append([]string{}, request.GetConfigSecretKeys()...))
	if err != nil {
		return nil, err
	}
	variables := append(os.Environ(),
		"PULUMI_CONFIG="+string(configuration),
		"PULUMI_CONFIG_SECRET_KEYS="+string(secretKeys),
	)
	if options.typescript {
		variables = append(variables, "PULUMI_NODEJS_TYPESCRIPT=true")
	}
	if options.tsconfig != "" {
		variables = append(variables, "PULUMI_NODEJS_TSCONFIG_PATH="+options.tsconfig)
	}
	return variables, nil
}
