package main

import (
	"fmt"

	"countersign.test/engines/truthtable"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// cyclonus 0.5.6 misreads two selectors (pkg/kube/labelselector.go): `NotIn` on an absent key is
// false there, and `matchLabels` with an empty value matches an absent key. Kubernetes ("Labels and
// Selectors": `environment notin (…)` also selects "all resources with no labels with the key") says
// true and false. Both are put in words that cyclonus reads rightly: the first as a label of our own,
// carried by whatever Kubernetes' own code says satisfies the requirement, the second as `In [""]`.
type labelBook struct {
	pods       map[string]map[string]string
	namespaces map[string]map[string]string
	marks      int
}

func newLabelBook(world truthtable.World) labelBook {
	book := labelBook{pods: map[string]map[string]string{}, namespaces: map[string]map[string]string{}}
	for i := range world.Pods {
		book.pods[truthtable.Endpoint{Pod: &world.Pods[i]}.Name()] = copied(world.Pods[i].Labels)
	}
	for _, namespace := range world.Namespaces {
		book.namespaces[namespace.Name] = copied(namespace.Labels)
	}
	return book
}

func copied(from map[string]string) map[string]string {
	to := make(map[string]string, len(from))
	for key, value := range from {
		to[key] = value
	}
	return to
}

func (b *labelBook) rewrite(policy *networkingv1.NetworkPolicy) error {
	if err := b.rewriteSelector(&policy.Spec.PodSelector, b.pods); err != nil {
		return err
	}
	peers := []networkingv1.NetworkPolicyPeer{}
	for _, rule := range policy.Spec.Ingress {
		peers = append(peers, rule.From...)
	}
	for _, rule := range policy.Spec.Egress {
		peers = append(peers, rule.To...)
	}
	for _, peer := range peers {
		if err := b.rewriteSelector(peer.PodSelector, b.pods); err != nil {
			return err
		}
		if err := b.rewriteSelector(peer.NamespaceSelector, b.namespaces); err != nil {
			return err
		}
	}
	return nil
}

func (b *labelBook) rewriteSelector(selector *metav1.LabelSelector, among map[string]map[string]string) error {
	if selector == nil {
		return nil
	}
	if _, err := metav1.LabelSelectorAsSelector(selector); err != nil {
		return err
	}
	for key, value := range selector.MatchLabels {
		if value == "" {
			delete(selector.MatchLabels, key)
			selector.MatchExpressions = append(selector.MatchExpressions,
				metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpIn, Values: []string{""}})
		}
	}
	for i, requirement := range selector.MatchExpressions {
		if requirement.Operator != metav1.LabelSelectorOpNotIn {
			continue
		}
		alone, err := metav1.LabelSelectorAsSelector(
			&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{requirement}})
		if err != nil {
			return err
		}
		b.marks++
		mark := fmt.Sprintf("countersign.test/satisfies-%d", b.marks)
		for _, carried := range among {
			if alone.Matches(labels.Set(carried)) {
				carried[mark] = "yes"
			}
		}
		selector.MatchExpressions[i] =
			metav1.LabelSelectorRequirement{Key: mark, Operator: metav1.LabelSelectorOpExists}
	}
	return nil
}
