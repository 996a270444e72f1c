// Package truthtable is the conversation between the test harness and a NetworkPolicy engine:
// one world a line on standard input, one answer a line on standard output. A line at a time
// keeps memory at one world however long the batch is. It knows nothing of any engine, and
// imports none, so that two engines which agree have no policy code of ours in common.
package truthtable

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
)

type Port struct {
	Number   int    `json:"number"`
	Protocol string `json:"protocol"`
	Name     string `json:"name"`
}

type Pod struct {
	Namespace string            `json:"namespace"`
	Name      string            `json:"name"`
	Labels    map[string]string `json:"labels"`
	IP        string            `json:"ip"`
	Ports     []Port            `json:"ports"`
}

type Namespace struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
}

type Probe struct {
	Protocol string `json:"protocol"`
	Port     int    `json:"port"`
}

type World struct {
	Namespaces []Namespace       `json:"namespaces"`
	Pods       []Pod             `json:"pods"`
	External   []string          `json:"external"`
	Policies   []json.RawMessage `json:"policies"`
	Probes     []Probe           `json:"probes"`
}

// Endpoint is one end of a flow. Pod is nil for an address outside the cluster.
type Endpoint struct {
	Pod   *Pod
	IP    netip.Addr
	given string
}

// Name is how the harness calls the endpoint: "namespace/name", or the address as it was given.
func (e Endpoint) Name() string {
	if e.Pod == nil {
		return e.given
	}
	return e.Pod.Namespace + "/" + e.Pod.Name
}

// Engine answers for one world. Each method is asked only about a pod on the side that it judges:
// no policy governs what an external address sends or accepts.
type Engine interface {
	Ingress(from Endpoint, to Endpoint, probe Probe) (bool, error)
	Egress(from Endpoint, to Endpoint, probe Probe) (bool, error)
}

// Refused says that the engine's own reader turned a policy down; it is an answer, not a fault.
type Refused struct {
	Policy string `json:"policy"`
	Reason string `json:"reason"`
}

func (r *Refused) Error() string { return r.Policy + ": " + r.Reason }

type verdicts struct {
	Probe
	// One character a cell, sender by sender, receiver by receiver, in the order of Answer.Endpoints:
	// '1' allowed, '0' denied, '-' not a question (a pod to itself, one external address to another).
	Ingress string `json:"ingress"`
	Egress  string `json:"egress"`
}

type answer struct {
	Endpoints []string   `json:"endpoints,omitempty"`
	Verdicts  []verdicts `json:"verdicts,omitempty"`
	Refused   *Refused   `json:"refused,omitempty"`
	Error     string     `json:"error,omitempty"`
}

// Serve answers every world until standard input ends.
func Serve(open func(World, []Endpoint) (Engine, error)) {
	if err := serve(os.Stdin, os.Stdout, open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer, open func(World, []Endpoint) (Engine, error)) error {
	decoder := json.NewDecoder(bufio.NewReader(in))
	decoder.DisallowUnknownFields()
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	for {
		var world World
		if err := decoder.Decode(&world); errors.Is(err, io.EOF) {
			return buffered.Flush()
		} else if err != nil {
			return fmt.Errorf("unreadable world: %w", err)
		}
		if err := encoder.Encode(answerTo(world, open)); err != nil {
			return err
		}
	}
}

// A panic inside an engine costs its own world only: engines panic on policies that they can't read.
func answerTo(world World, open func(World, []Endpoint) (Engine, error)) (reply answer) {
	defer func() {
		if fault := recover(); fault != nil {
			reply = answer{Error: fmt.Sprint("the engine panicked: ", fault)}
		}
	}()
	endpoints, err := endpointsOf(world)
	if err != nil {
		return answer{Error: err.Error()}
	}
	engine, err := open(world, endpoints)
	var refused *Refused
	if errors.As(err, &refused) {
		return answer{Refused: refused}
	} else if err != nil {
		return answer{Error: err.Error()}
	}
	for _, endpoint := range endpoints {
		reply.Endpoints = append(reply.Endpoints, endpoint.Name())
	}
	for _, probe := range world.Probes {
		judged, err := judge(engine, endpoints, probe)
		if err != nil {
			return answer{Error: err.Error()}
		}
		reply.Verdicts = append(reply.Verdicts, judged)
	}
	return reply
}

func endpointsOf(world World) ([]Endpoint, error) {
	var endpoints []Endpoint
	for i := range world.Pods {
		address, err := netip.ParseAddr(world.Pods[i].IP)
		if err != nil {
			return nil, err
		}
		endpoints = append(endpoints, Endpoint{Pod: &world.Pods[i], IP: address})
	}
	for _, external := range world.External {
		address, err := netip.ParseAddr(external)
		if err != nil {
			return nil, err
		}
		endpoints = append(endpoints, Endpoint{IP: address, given: external})
	}
	return endpoints, nil
}

func judge(engine Engine, endpoints []Endpoint, probe Probe) (verdicts, error) {
	cells := len(endpoints) * len(endpoints)
	ingress, egress := make([]byte, 0, cells), make([]byte, 0, cells)
	for i, from := range endpoints {
		for j, to := range endpoints {
			if i == j || from.Pod == nil && to.Pod == nil {
				ingress, egress = append(ingress, '-'), append(egress, '-')
				continue
			}
			in, out := true, true
			var err error
			if to.Pod != nil {
				if in, err = engine.Ingress(from, to, probe); err != nil {
					return verdicts{}, err
				}
			}
			if from.Pod != nil {
				if out, err = engine.Egress(from, to, probe); err != nil {
					return verdicts{}, err
				}
			}
			ingress, egress = append(ingress, digit(in)), append(egress, digit(out))
		}
	}
	return verdicts{Probe: probe, Ingress: string(ingress), Egress: string(egress)}, nil
}

func digit(allowed bool) byte {
	if allowed {
		return '1'
	}
	return '0'
}
